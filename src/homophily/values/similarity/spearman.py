"""Spearman rank correlation: alike in the order of importance, ties sharing their mean rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.similarity._shape import along_values, midranks, profiles

__all__ = ["spearman"]
__references__ = ("kendall1945", "spearman1904")


def spearman(a: ArrayLike, b: ArrayLike) -> float | np.ndarray:
    """Correlate the ranks of the ten values.

    Range: −1 to 1, in steps; without ties exactly 0 and ±.5 cannot be had (`homophily.values.ranks`).
    Invariant to any order-preserving change of either profile, so raw and centred scores give the same.
    Source: Spearman 1904; mean ranks for ties, Kendall 1945.

    Args:
        a: Profiles, (..., 10), raw or centred.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.

    Returns:
        Similarity, (...); NaN where a profile is flat or incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    first, second = profiles(a, b)
    return along_values(midranks(first), midranks(second))[()]
