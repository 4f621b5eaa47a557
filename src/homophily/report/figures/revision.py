"""How often each model changes its verdict, beside whom and speaking where, with 95 % intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._frames import matching, panels, titled
from homophily.report._names import broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 40
_COLUMNS = 3
_MARKS = "os^Dv"


def draw(finding: Finding) -> Figure:
    """Draw one panel a goal and language, one line a model and company, one mark a speaking position.

    Reads ``data``: ``model``, ``beside``, ``protocol``, ``position``, ``estimate``, ``low``, ``high``, and
    ``goal``, ``language`` where there are several.
    """
    data = finding.data
    if data is None or "position" not in data or data["high"].isna().all():  # nobody could be read twice
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    data = data.assign(place=[_place(p, k) for p, k in zip(data["protocol"], data["position"], strict=True)])
    data = data.assign(who=[_who(m, b) for m, b in zip(data["model"], data["beside"], strict=True)])
    lines = sorted(data["who"].unique(), key=lambda who: (who.count(","), who))[:_MOST]
    parts = panels(data, "goal", "language")
    columns = min(len(parts), _COLUMNS)
    rows = -(-len(parts) // columns)
    figure = style.canvas((0.38 * len(lines) + 0.9) * rows + 0.2)
    cells = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes in cells.flat[len(parts) :]:
        axes.set_visible(False)
    places = sorted(data["place"].unique(), key=lambda p: ("together" not in p, p))
    high = min(1.0, float(np.nanmax(data["high"])) * 1.06)
    for axes, wanted in zip(cells.flat, parts, strict=False):
        _panel(axes, matching(data, **wanted), lines, places)
        axes.set_xlim(-0.01, high)
        if columns > 1:
            axes.locator_params(axis="x", nbins=3)
            axes.set_xlabel("Debates")
        if len(parts) > 1:
            axes.set_title(titled(data, wanted))
    handles, names = cells[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=min(len(names), 5), handletextpad=0.2)
    return figure


def _place(protocol: str, position: float) -> str:
    if protocol == "synchronous":
        return "all together"
    number = int(position)
    return {1: "1st to speak", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")


def _who(model: str, beside: str) -> str:
    """The model and its company, in no order."""
    return f"{model}  with {', '.join(sorted(str(beside).split(', ')))}"


def _panel(axes: Axes, data: pd.DataFrame, lines: list[str], places: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    for number, place in enumerate(places):
        rows = data[(data["place"] == place) & data["who"].isin(lines)].groupby("who", sort=False)
        shift = 0.22 * (number - (len(places) - 1) / 2)
        for turn, (who, each) in enumerate(rows):
            y = lines.index(str(who)) + shift
            tint = style.COLOURS[7] if place == "all together" else style.COLOURS[number % 7]
            found, low, high = (float(each[c].mean()) for c in ("estimate", "low", "high"))
            if len(each) == 1:
                axes.plot([low, high], [y, y], color=tint, linewidth=1.6)
            axes.plot(found, y, _MARKS[number % 5], color=tint, markersize=4.5, linestyle="none",
                      label=place if not turn else None)  # fmt: skip
    for gap in range(1, len(lines)):
        axes.axhline(gap - 0.5, color=style.RULE, linewidth=0.6)
    axes.set_yticks(range(len(lines)), [broken(line, 48, 2) for line in lines], color=style.INK, fontsize=8)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
    axes.locator_params(axis="x", nbins=5)
    axes.set_xlabel("Debates with a changed verdict")
