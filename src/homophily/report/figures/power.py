"""Power against the number of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = len(style.COLOURS)
_TELLING = ("term", "outcome", "language", "contrast", "design", "condition")


def draw(finding: Finding) -> Figure:
    """Draw one curve for each estimate.

    Reads ``data``, or else ``estimates``: ``n`` (the setting that was varied; where another column of the
    same numbers names it, the axis does too), ``power`` (share of simulated studies that found the effect),
    its interval ``low`` and ``high``, and what tells curves apart (``term``, ``outcome``, ``language`` …).
    """
    data = finding.data if finding.data is not None else finding.estimates
    figure = style.canvas(3.8)
    axes = style.tidy(figure.subplots())
    if data.empty:
        return style.note(figure, axes)
    telling = [name for name in _TELLING if name in data and data[name].astype(str).nunique() > 1]
    curves = data.groupby(telling, sort=False, dropna=False) if telling else [((), data)]
    for place, (key, rows) in enumerate(curves):
        if place == _MOST:
            break
        rows = rows.sort_values("n")
        tint = style.COLOURS[place]
        name = ", ".join(style.label(part) for part in key if part == part)
        axes.plot(rows["n"], rows["power"], color=tint, marker="o", markersize=5, label=name)
        axes.fill_between(rows["n"], rows["low"], rows["high"], color=tint, alpha=0.14, linewidth=0)
    axes.axhline(0.8, color=style.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", ".20", ".40", ".60", ".80", "1"])
    axes.set_xticks(sorted(data["n"].unique()))
    axes.set_xlabel(_axis(data))
    axes.set_ylabel("Power, 95 % interval")
    if telling:
        figure.legend(loc="outside lower center", ncols=2)
    return figure


def _axis(data: pd.DataFrame) -> str:
    """The name of the setting that ``n`` repeats."""
    others = [c for c in data.select_dtypes("number") if c != "n" and data[c].equals(data["n"])]
    return str(others[0]) if others else "n"
