"""Answers by designed level of similarity: means with 95 % intervals over each person's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_COLUMNS = 3
_BEST_FIRST = ("rank",)  # outcomes of which less is better, drawn upside down


def draw(finding: Finding) -> Figure:
    """Draw one panel an outcome.

    Reads ``data``: ``outcome``, ``level`` (1 is the most opposite) and ``estimate``, one row an answer
    with its ``participant``, and one row a mean with ``low`` and ``high`` and no participant.
    """
    data = finding.data
    if data is None or data.empty or "level" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    outcomes = levels(data, "outcome")
    columns = min(_COLUMNS, len(outcomes)) if len(outcomes) != 4 else 2
    rows = -(-len(outcomes) // columns)
    figure = style.canvas((3.2 if columns == 1 else 2.5) * rows + 0.3)
    cells = figure.subplots(rows, columns, squeeze=False, sharex=True)
    for axes in cells.flat[len(outcomes) :]:
        axes.set_visible(False)
    for axes, outcome in zip(cells.flat, outcomes, strict=False):
        _panel(axes, matching(data, outcome=outcome))
        axes.set_title(style.label(outcome), fontsize=9.5)
        if outcome in _BEST_FIRST:
            axes.invert_yaxis()
    figure.supxlabel("Designed level of value similarity", fontsize=9.5)
    return figure


def _panel(axes: Axes, part: pd.DataFrame) -> None:
    style.tidy(axes)
    rng = np.random.default_rng(1)
    own = part[part["participant"].notna()]
    axes.plot(own["level"] + rng.uniform(-0.17, 0.17, len(own)), own["estimate"], "o", color=style.QUIET,
              markersize=2.2, alpha=0.25, markeredgewidth=0)  # fmt: skip
    means = part[part["participant"].isna()].sort_values("level")
    tint = style.COLOURS[0]
    axes.plot(means["level"], means["estimate"], color=tint, linewidth=1.4)
    axes.vlines(means["level"], means["low"], means["high"], color=tint, linewidth=2.4)
    axes.plot(means["level"], means["estimate"], "o", color=tint, markersize=5)
    found = sorted(part["level"].unique())
    ends = {min(found): "\nopposite", max(found): "\nsame"}
    axes.set_xticks(found, [f"{level:g}{ends.get(level, '')}" for level in found])
    axes.set_xlim(min(found) - 0.5, max(found) + 0.5)
