"""What was seen in the debates beside what fitted models foretell; filled where it lies outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import levels, matching

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]


def draw(finding: Finding) -> Figure:
    """Draw one panel a protocol, one line a quantity, and one interval a form of the model.

    Reads ``data``, or else ``estimates``: ``term``, ``model`` (or none), ``protocol``, ``form``, ``seen``,
    ``estimate``, ``low`` and ``high``. Quantities above 1, such as rounds played, are left to the table.
    """
    data = finding.data if finding.data is not None else finding.estimates
    if data.empty or "seen" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    data = data[data["term"] != "rounds played"]
    data = data.assign(line=[_line(t, m) for t, m in zip(data["term"], data["model"], strict=True)])
    lines, forms, protocols = levels(data, "line"), levels(data, "form"), levels(data, "protocol")
    figure = style.canvas(0.17 * len(lines) * (1 + 0.45 * len(forms)) + 1.2)
    cells = figure.subplots(1, len(protocols), squeeze=False, sharey=True)[0]
    for axes, protocol in zip(cells, protocols, strict=True):
        _panel(axes, matching(data, protocol=protocol), lines, forms)
        axes.set_title(style.label(protocol))
    handles, names = cells[0].get_legend_handles_labels()
    unique = dict(zip(names, handles, strict=True))
    figure.legend(list(unique.values()), list(unique), loc="outside upper left", ncols=len(unique))
    return figure


def _line(term: str, model: object) -> str:
    return f"{style.label(term)}, {model}" if isinstance(model, str) and model else style.label(term)


def _panel(axes: Axes, data: pd.DataFrame, lines: list[str], forms: list[str]) -> None:
    style.tidy(axes, grid="x")
    axes.spines["left"].set_visible(False)
    for number, form in enumerate(forms):
        tint = style.COLOURS[(1, 0, 2, 3, 4, 5)[number % 6]]
        rows = matching(data, form=form)
        for turn, (_, row) in enumerate(rows.iterrows()):
            y = lines.index(row["line"]) + 0.26 * (number - (len(forms) - 1) / 2)
            outside = not row["low"] <= row["seen"] <= row["high"]
            axes.plot([row["low"], row["high"]], [y, y], color=tint, linewidth=4, alpha=0.45,
                      solid_capstyle="butt", label=f"form {form!r}, 95 %" if not turn else None)  # fmt: skip
            axes.plot(row["seen"], y, "o", markersize=4.5, color=tint if outside else style.INK,
                      markerfacecolor=tint if outside else style.PAPER, linestyle="none",
                      label="seen" if not turn and not number and not outside else None)  # fmt: skip
    axes.set_yticks(range(len(lines)), lines, color=style.INK)
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.locator_params(axis="x", nbins=5)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f} %")
