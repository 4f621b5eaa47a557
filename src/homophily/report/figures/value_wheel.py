"""The values each model voices most, as shares of its messages, around a wheel."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import levels

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 18
_MODELS = 7


def draw(finding: Finding) -> Figure:
    """Draw one wheel, one line a model; the commonest values, the commonest first, clockwise from the top.

    Reads ``data``: ``model``, ``value`` (code) and ``estimate`` (share of messages).
    """
    data = finding.data
    if data is None or data.empty or "value" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    means = data.groupby("value")["estimate"].mean().sort_values(ascending=False, kind="stable")
    codes = list(means.index[:_MOST])
    models = levels(data, "model")[:_MODELS]
    figure = style.canvas(6.2)
    axes: Any = figure.subplots(subplot_kw={"projection": "polar"})
    angles = np.linspace(0, 2 * np.pi, len(codes), endpoint=False)
    axes.set_theta_zero_location("N")
    axes.set_theta_direction(-1)
    for place, model in enumerate(models):
        rows = data[data["model"].astype(str) == model].set_index("value")["estimate"].reindex(codes)
        shown = np.append(rows.to_numpy(float), rows.iloc[0])
        axes.plot(np.append(angles, angles[0]), shown, color=style.COLOURS[place], linewidth=1.7, marker="o",
                  markersize=3, label=model)  # fmt: skip
        axes.fill(np.append(angles, angles[0]), shown, color=style.COLOURS[place], alpha=0.06, linewidth=0)
    _frame(axes, codes, angles, data)
    figure.legend(loc="outside lower center", ncols=min(len(models), 3))
    return figure


def _frame(axes: Any, codes: list[str], angles: np.ndarray, data: pd.DataFrame) -> None:
    """Names outside, each set away from the wheel; rings at round shares."""
    top = float(data.loc[data["value"].isin(codes), "estimate"].max()) * 1.08
    axes.set_ylim(0, top)
    step = next(s for s in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5) if top / s <= 5)
    rings = np.arange(step, top, step)
    axes.set_yticks(rings, [f"{100 * ring:.0f} %" for ring in rings], color=style.QUIET, fontsize=7.5)
    axes.set_rlabel_position(np.degrees(angles[1]) / 2 if len(angles) > 1 else 0)
    axes.set_xticks(angles, [])
    axes.spines["polar"].set_visible(False)
    axes.grid(color=style.RULE, linewidth=0.6)
    for code, angle in zip(codes, angles, strict=True):
        side = np.sin(angle)
        across = "center" if abs(side) < 0.2 else "left" if side > 0 else "right"
        name = "\n".join(wrap(code.replace("-", " ").capitalize(), 24))
        up = "bottom" if np.cos(angle) > 0.8 else "top" if np.cos(angle) < -0.8 else "center"
        axes.text(angle, top * 1.05, name, ha=across, va=up, fontsize=8, color=style.INK)
