"""Where ratings differ: shares of rater, partner, relationship and residual in their variance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_COLOURS = {
    "actor": style.COLOURS[5],
    "rater": style.COLOURS[5],
    "partner": style.COLOURS[4],
    "pair": style.COLOURS[2],
    "relationship": style.COLOURS[2],
    "residual": "#B8BEC6",
}


def draw(finding: Finding) -> Figure:
    """Draw one stacked bar for each outcome and language.

    Reads ``data``, or else ``estimates``: ``outcome``, ``language`` (optional), ``component`` (``actor``,
    ``partner``, ``pair``, ``residual``) and ``share`` (of the total variance, 0 to 1).
    """
    data = finding.data if finding.data is not None else finding.estimates
    if data.empty or data["share"].isna().all():
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    bars = [
        (outcome, language)
        for outcome in levels(data, "outcome")
        for language in levels(data, "language")
        if len(matching(data, outcome=outcome, language=language))
    ]
    components = levels(data, "component")
    figure = style.canvas(0.46 * len(bars) + 1.0)
    axes = style.tidy(figure.subplots(), grid="x")
    for place, (outcome, language) in enumerate(bars):
        rows = matching(data, outcome=outcome, language=language)
        shares = dict(zip(rows["component"].astype(str), rows["share"].astype(float), strict=True))
        left = 0.0
        for component in components:
            share = max(shares.get(component, 0.0), 0.0)
            axes.barh(
                place,
                share,
                left=left,
                height=0.66,
                color=_COLOURS.get(component, style.COLOURS[6]),
                edgecolor=style.PAPER,
                linewidth=1.5,
                label=style.label(component) if not place else None,
            )
            if share >= 0.045:
                axes.text(
                    left + share / 2,
                    place,
                    f"{share:.0%}".replace("%", " %"),
                    ha="center",
                    va="center",
                    color="#1d2734",
                    fontsize=8.5,
                )
            left += share
    names = [", ".join(style.label(part) for part in bar if part) for bar in bars]
    axes.set_yticks(range(len(bars)), names, color=style.INK)
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel("Share of variance")
    figure.legend(loc="outside upper left", ncols=len(components), handlelength=1, handleheight=1)
    return figure
