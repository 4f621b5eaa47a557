"""Differences of low rank: was an adapter merged?"""

from __future__ import annotations

import math

from homophily.lineage.tests._difference import Difference
from homophily.lineage.tests._differences import over
from homophily.lineage.tests._score import Score, Weights

__all__ = ["rank"]
__references__ = ("own", "hu2022")


def rank(a: Weights, b: Weights) -> Score:
    """One minus the rank of each difference over its largest possible rank, mean over matrices that differ.

    Near 1 for a merged adapter (LoRA; Hu et al. 2022), near 0 for strangers and for a full fine-tune. A score
    without a null.

    Args:
        a: One model's arrays.
        b: The other's.
    """
    return over(a, b, _lowness, thorough=True)


def _lowness(between: Difference) -> float:
    if not between.rank:
        return math.nan
    return 1 - between.rank / between.shorter
