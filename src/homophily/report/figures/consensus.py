"""The round in which debates end in consensus, and those that never do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._frames import matching
from homophily.report._names import broken

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from homophily.analysis import Finding

__all__ = ["draw"]

_SHADES = ("#0B4F7F", "#0072B2", "#56A5D6", "#A3CDE8", "#C9E1F1", "#DCECF6", "#E9F3F9")
_MAJORITY, _NONE = "#E8B36A", "#B8BEC6"
Parts = list[tuple[str, float, str]]


def draw(finding: Finding) -> Figure:
    """Draw one stacked bar an experiment and goal.

    Reads ``data``: ``term`` (``consensus in round``, ``no consensus``, ``majority without consensus``),
    ``round``, ``estimate`` and ``experiment``, ``goal``, ``language`` where there are several.
    """
    data = finding.data
    if data is None or data.empty or "round" not in data:
        figure = style.canvas(1.2)
        return style.note(figure, figure.subplots())
    telling = [c for c in ("experiment", "goal", "language") if c in data and data[c].nunique() > 1]
    telling = telling or ["experiment"]
    bars = list(dict.fromkeys(data[telling].astype(str).itertuples(index=False, name=None)))
    figure = style.canvas(0.4 * len(bars) + 1.0)
    axes = style.tidy(figure.subplots(), grid="x")
    seen: set[str] = set()
    for place, bar in enumerate(bars):
        left = 0.0
        for name, share, colour in _parts(matching(data, **dict(zip(telling, bar, strict=True)))):
            axes.barh(place, share, left=left, height=0.7, color=colour, edgecolor=style.PAPER, linewidth=1.2,
                      label=None if name in seen else name)  # fmt: skip
            seen.add(name)
            if share >= 0.05:
                dark = colour in _SHADES[:2]
                axes.text(left + share / 2, place, f"{100 * share:.0f}", ha="center", va="center",
                          color="#FFFFFF" if dark else "#1d2734", fontsize=8)  # fmt: skip
            left += share
    names = [" · ".join(part for part in bar) for bar in bars]
    axes.set_yticks(range(len(bars)), [broken(name, 50, 2) for name in names],
                    color=style.INK)  # fmt: skip
    axes.set_ylim(len(bars) - 0.45, -0.55)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel("Debates")
    handles, texts = axes.get_legend_handles_labels()
    order = sorted(
        range(len(texts)), key=lambda k: ("no " in texts[k], len(texts[k]) if "no " in texts[k] else 0)
    )
    figure.legend([handles[k] for k in order], [texts[k] for k in order], loc="outside upper left", ncols=6,
                  handlelength=1, handleheight=1, columnspacing=1.2)  # fmt: skip
    return figure


def _parts(rows: pd.DataFrame) -> Parts:
    """Name, share and colour of each piece of a bar, from the left."""
    agreed = rows[rows["term"] == "consensus in round"]
    parts: Parts = []
    for turn in sorted(int(r) for r in agreed["round"].dropna().unique()):
        share = float(agreed.loc[agreed["round"] == turn, "estimate"].mean())
        name = f"round {turn}"
        parts.append((name, share, _SHADES[min(turn, len(_SHADES)) - 1]))
    none = float(matching(rows, term="no consensus")["estimate"].mean())
    most = float(matching(rows, term="majority without consensus")["estimate"].mean())
    if most > 0:
        parts.append(("no consensus, a majority", most, _MAJORITY))
    parts.append(("no consensus", none - (most if most > 0 else 0), _NONE))
    return parts
