"""Zeros that only one of two models has: was one pruned?"""

from __future__ import annotations

from homophily.lineage.tests._differences import over
from homophily.lineage.tests._score import Score, Weights

__all__ = ["zeros"]
__references__ = ("own",)


def zeros(a: Weights, b: Weights) -> Score:
    """Share of zeros in b beyond those in a, over the blocks' matrices; negative where a has more.

    A score without a null: no training leaves a weight at exactly 0.

    Args:
        a: One model's arrays.
        b: The other's.
    """
    return over(a, b, lambda d: d.zeros_b - d.zeros_a, thorough=False)
