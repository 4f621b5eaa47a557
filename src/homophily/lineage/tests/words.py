"""Weights that are equal to the bit: what training on its own cannot bring about twice."""

from __future__ import annotations

from homophily.lineage.tests._differences import over
from homophily.lineage.tests._score import Score, Weights

__all__ = ["words"]
__references__ = ("own",)


def words(a: Weights, b: Weights) -> Score:
    """Share of weights that are equal, zeros aside, over the blocks' matrices: 1 for a copy, 0 for strangers.

    A score without a null: two trainings agree on a float32 word once in millions, on a bfloat16 word once in
    hundreds.

    Args:
        a: One model's arrays.
        b: The other's.
    """
    return over(a, b, lambda d: d.kept, thorough=False)
