"""Matrices on a coarse grid near the other's: was one quantised?"""

from __future__ import annotations

from homophily.lineage.tests._difference import Difference
from homophily.lineage.tests._differences import over
from homophily.lineage.tests._score import Score, Weights

__all__ = ["grid"]
__references__ = ("own",)


def grid(a: Weights, b: Weights) -> Score:
    """Share of the blocks' matrices that only b has on a grid of 8 bits or fewer, minus those only a has.

    A score without a null: a continuous weight lies on no grid.

    Args:
        a: One model's arrays.
        b: The other's.
    """
    return over(a, b, _coarser, thorough=True)


def _coarser(between: Difference) -> float:
    one, other = between.grid_a or 32, between.grid_b or 32
    return float(one > other) - float(other > one)
