"""Power against the number of pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw the curve.

    Reads ``data``, or else ``estimates``: ``n`` (size of the study), ``power`` (share of simulated studies
    that found the effect), its interval ``low`` and ``high``, and ``term`` or ``outcome`` for several curves.
    """
    data = finding.data if finding.data is not None else finding.estimates
    figure = style.canvas(3.6)
    axes = style.tidy(figure.subplots())
    if data.empty:
        return style.note(figure, axes)
    share = "power" if "power" in data else "estimate"
    by = next((c for c in ("term", "outcome", "language") if c in data and data[c].nunique() > 1), "")
    for place, level in enumerate(levels(data, by) if by else [""]):
        rows = matching(data, **({by: level} if by else {})).sort_values("n")
        tint = style.colour(level, place)
        axes.plot(rows["n"], rows[share], color=tint, marker="o", markersize=5, label=style.label(level))
        if {"low", "high"} <= set(rows):
            axes.fill_between(rows["n"], rows["low"], rows["high"], color=tint, alpha=0.16, linewidth=0)
    axes.axhline(0.8, color=style.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
    axes.text(
        1, 0.81, ".80", transform=axes.get_yaxis_transform(), ha="right", color=style.QUIET, fontsize=8.5
    )
    axes.set_ylim(0, 1.03)
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8, 1], ["0", ".20", ".40", ".60", ".80", "1"])
    axes.set_xticks(sorted(data["n"].unique()))
    axes.set_xlabel("Pairs per language")
    axes.set_ylabel("Power")
    if by:
        axes.legend(loc="lower right")
    return figure
