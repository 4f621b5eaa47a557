"""Answers that are missing, by who was asked and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw one bar for each respondent and language.

    Reads ``data``: ``respondent``, ``language``, ``missing`` (the reason), ``n`` (answers missing for it)
    and ``asked`` (answers asked for).
    """
    data = finding.data
    if data is None or data.empty:
        figure = style.canvas(1.0)
        return style.note(figure, figure.subplots(), "Every question was answered readably.")
    bars = [
        (who, language)
        for who in levels(data, "respondent")
        for language in levels(data, "language")
        if len(matching(data, respondent=who, language=language))
    ]
    reasons = levels(data.assign(reason=data["missing"]), "reason")
    figure = style.canvas(0.42 * len(bars) + 1.0)
    axes = style.tidy(figure.subplots(), grid="x")
    for place, (who, language) in enumerate(bars):
        rows, left = matching(data, respondent=who, language=language), 0.0
        for tint, reason in enumerate(reasons):
            found = matching(rows, missing=reason)
            share = 100 * float((found["n"] / found["asked"]).sum())
            axes.barh(
                place,
                share,
                left=left,
                height=0.62,
                color=style.COLOURS[tint % len(style.COLOURS)],
                label=style.label(reason) if not place else None,
            )
            left += share
    axes.set_yticks(
        range(len(bars)), [", ".join(style.label(x) for x in bar if x) for bar in bars], color=style.INK
    )
    axes.invert_yaxis()
    axes.set_xlim(left=0)
    axes.set_xlabel("Missing answers, % of those asked for")
    figure.legend(loc="outside upper left", ncols=max(1, len(reasons)), handlelength=1, handleheight=1)
    return figure
