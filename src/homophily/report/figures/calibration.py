"""How often verdicts came that a model had given some probability, on debates it was not fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_COLUMNS = 5


def draw(finding: Finding) -> Figure:
    """Draw one small panel a form of the model; on the dashed line, what is foretold comes true as often.

    Reads ``data``: ``form``, ``foretold`` (mean probability in a bin), ``seen`` (share that came true) and
    ``n`` (cases, the area of a mark).
    """
    data = finding.data
    if data is None or data.empty or "foretold" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    forms = levels(data, "form")
    columns = min(_COLUMNS, len(forms))
    rows = -(-len(forms) // columns)
    figure = style.canvas(1.75 * rows + 0.5)
    cells = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in cells.flat[len(forms) :]:
        axes.set_visible(False)
    most = float(data["n"].max())
    for place, (axes, form) in enumerate(zip(cells.flat, forms, strict=False)):
        part = matching(data, form=form)
        axes.grid(visible=True)
        axes.set_axisbelow(True)
        axes.plot([0, 1], [0, 1], color=style.QUIET, linewidth=0.9, linestyle=(0, (4, 3)))
        axes.plot(part["foretold"], part["seen"], color=style.COLOURS[0], linewidth=1.2)
        axes.scatter(part["foretold"], part["seen"], s=8 + 60 * np.sqrt(part["n"] / most),
                     color=style.COLOURS[0], zorder=3)  # fmt: skip
        axes.set_title(form, fontsize=9)
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_box_aspect(1)
        axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
        axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
        if place + columns >= len(forms):
            axes.tick_params(labelbottom=True)
    figure.supxlabel("Probability foretold", fontsize=9.5)
    figure.supylabel("Share that came", fontsize=9.5)
    return figure
