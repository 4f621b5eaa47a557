"""Inertia and conformity of each model in log odds, with 95 % intervals; hollow: leanings integrated out."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_NAMES = {
    "inertia": "α, inertia: own last verdict",
    "previous": "γ previous: others, earlier rounds",
    "within": "γ within: earlier speakers, this round",
    "heard": "γ: others, all rounds",
    "inertia × previous": "inertia × previous",
    "inertia × within": "inertia × within",
}
_KINDS = {"map": "mode (MAP)", "marginal": "leanings integrated out"}
_SHIFT = {"map": -0.14, "marginal": 0.14}


def draw(finding: Finding) -> Figure:
    """Draw one panel an effect and one line a model (and protocol, where coefficients differ by it).

    Reads ``data``, or else ``estimates``: ``term`` (the effect), ``model``, ``protocol``, ``estimator``
    (``map`` or ``marginal``; optional), ``estimate``, ``low``, ``high``, and ``published`` where values of
    the same models are known, drawn as faint diamonds.
    """
    data = finding.data if finding.data is not None else finding.estimates
    if data.empty or "model" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    protocols = [p for p in levels(data, "protocol") if p not in ("", "all")]
    pairs = zip(data["model"], data["protocol"], strict=True)
    data = data.assign(line=[_line(m, p, len(protocols)) for m, p in pairs])
    terms, lines = levels(data, "term"), list(dict.fromkeys(sorted(data["line"])))
    figure = style.canvas(0.42 * len(lines) + 1.35)
    cells = figure.subplots(1, len(terms), squeeze=False, sharey=True)[0]
    for axes, term in zip(cells, terms, strict=True):
        _panel(axes, matching(data, term=term), lines)
        axes.set_title("\n".join(wrap(_NAMES.get(term, term), 72 // len(terms))), fontsize=9)
    handles, names = cells[0].get_legend_handles_labels()
    unique = dict(zip(names, handles, strict=True))
    if len(unique) > 1:
        figure.legend(list(unique.values()), list(unique), loc="outside lower right", ncols=len(unique))
    return figure


def _line(model: str, protocol: str, protocols: int) -> str:
    return f"{model}, {style.label(protocol).lower()}" if protocols and protocol != "all" else str(model)


def _panel(axes: Axes, rows: pd.DataFrame, lines: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    axes.axvline(0, color=style.QUIET, linewidth=0.9, zorder=1)
    both = rows["estimator"].nunique() > 1 if "estimator" in rows else False
    for _, row in rows.iterrows():
        kind = str(row.get("estimator", "map"))
        y = lines.index(row["line"]) + (_SHIFT.get(kind, 0) if both else 0)
        tint = style.COLOURS[0] if kind == "map" else style.COLOURS[1]
        axes.plot([row["low"], row["high"]], [y, y], color=tint, linewidth=1.8)
        axes.plot(row["estimate"], y, "o", color=tint, markersize=5, linestyle="none",
                  markerfacecolor=tint if kind == "map" else style.PAPER,
                  label=_KINDS.get(kind, kind))  # fmt: skip
        published = row.get("published", float("nan"))
        if published == published and published is not None:
            axes.plot(published, lines.index(row["line"]), "D", markersize=8, color=style.QUIET, alpha=0.45,
                      markerfacecolor="none", linestyle="none", label="published")  # fmt: skip
    axes.set_yticks(range(len(lines)), lines, color=style.INK)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}".replace("-", "−"))
    axes.set_xlabel("Log odds, 95 % interval")
