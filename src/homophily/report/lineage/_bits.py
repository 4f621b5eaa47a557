"""Which bits of the weights agree, and how large the differences are, beside null and control."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage.similarity import Comparison, Tally

__all__ = ["draw"]

#: Bits of the mantissa shown; those further down agree by chance in all but copies.
_BITS = 10


def draw(comparison: Comparison) -> Figure:
    """Draw the share of weights that agree in each bit, and how |Δ| is distributed.

    The null is dashed, the control dotted.
    """
    figure = style.canvas(3.1)
    bits, sizes = figure.subplots(1, 2)
    for name, tally, colour, dash in _lines(comparison):
        found = tally.measures()
        shares = [found["sign"], found["exponent"], *found["mantissa"][:_BITS]]
        names = ["sign", "exp", *(str(place) for place in range(1, len(shares) - 1))]
        bits.plot(
            range(len(shares)), shares, color=colour, linestyle=dash, marker="o", markersize=3.5, label=name
        )
        bits.set_xticks(range(len(shares)), names, fontsize=7.5)
        _sizes(sizes, tally, colour, dash)
    style.tidy(bits).set_ylim(0, 1.03)
    bits.set_title("Agreement by bit")
    bits.set_xlabel("Bit; mantissa counted from the highest")
    bits.set_ylabel("Share of weights that agree")
    style.tidy(sizes).set_ylim(0, 1.03)
    sizes.set_xscale("log")
    sizes.set_title("Size of the differences")
    sizes.set_xlabel("|Δ|")
    sizes.set_ylabel("Share of weights up to |Δ|")
    figure.legend(*bits.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _lines(comparison: Comparison) -> Iterator[tuple[str, Tally, str, object]]:
    yield "A and B", comparison.overall.tally, style.COLOURS[0], "solid"
    if comparison.overall.null.words:
        yield f"null ({comparison.null})", comparison.overall.null, style.QUIET, (0, (4, 3))
    if comparison.control is not None:
        yield "A and control", comparison.control.overall.tally, style.COLOURS[1], (0, (1, 1.6))


def _sizes(axes: Axes, tally: Tally, colour: str, dash: object) -> None:
    at = np.linspace(0.002, 0.998, 200)
    values = np.array([tally.quantile(float(share)) for share in at])
    positive = values > 0
    if positive.any():
        axes.plot(values[positive], at[positive], color=colour, linestyle=dash)
