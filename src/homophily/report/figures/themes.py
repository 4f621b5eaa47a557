"""How often each theme comes up in answers on agents of each level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style
from homophily.report._names import broken

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_MOST = 24


def draw(finding: Finding) -> Figure:
    """Draw a heat map of themes by levels: the share of coded answers in percent, with counts.

    Reads ``data``: ``theme``, ``level``, ``estimate`` (share), ``count`` and ``n``.
    """
    data = finding.data
    if data is None or data.empty or "theme" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    shares = data.pivot_table(index="theme", columns="level", values="estimate", sort=False)
    counts = data.pivot_table(index="theme", columns="level", values="count", sort=False)
    levels = [int(level) for level in sorted(data["level"].unique())]
    shares, counts = shares[levels].iloc[:_MOST], counts[levels].iloc[:_MOST]
    answers = data.groupby("level")["n"].max()
    figure = style.canvas(0.42 * len(shares) + 1.35)
    axes = style.tidy(figure.subplots())
    top = max(0.05, float(np.nanmax(shares.to_numpy())))
    axes.imshow(shares.fillna(0).to_numpy(), cmap="Blues", vmin=0, vmax=top, aspect="auto")
    tallies = counts.to_numpy()
    for (y, x), share in np.ndenumerate(shares.to_numpy()):
        if np.isfinite(share):
            tint = "#ffffff" if share > 0.6 * top else "#1d2734"
            axes.text(x, y, f"{100 * share:.0f} %", ha="center", va="center", color=tint, fontsize=9)
            axes.text(x + 0.46, y + 0.4, f"{tallies[y, x]:.0f}", ha="right", va="bottom", color=tint,
                      fontsize=6.5, alpha=0.8)  # fmt: skip
    ends = {levels[0]: "opposite", levels[-1]: "same"}
    names = [" ".join(filter(None, (str(level), ends.get(level)))) for level in levels]
    axes.set_xticks(range(len(levels)), [f"{name}\n{answers[level]:.0f} answers" for name, level in
                                         zip(names, levels, strict=True)])  # fmt: skip
    axes.set_yticks(range(len(shares)), [broken(str(name), 26, 2) for name in shares.index], color=style.INK)
    axes.grid(visible=False)
    axes.set_xticks(np.arange(len(levels) - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(len(shares) - 1) + 0.5, minor=True)
    axes.grid(visible=True, which="minor", color=style.PAPER, linewidth=2)
    axes.tick_params(which="minor", length=0)
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel("Designed level; share of coded answers, counts in the corners")
    return figure
