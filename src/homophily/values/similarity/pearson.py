"""Pearson correlation of centred profiles: alike in what is put first (the primary measure)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.similarity._shape import along_values, profiles

__all__ = ["pearson"]
__references__ = ("cronbach1953",)


def pearson(a: ArrayLike, b: ArrayLike) -> float | np.ndarray:
    """Correlate profiles over the ten values.

    Range: −1 to 1; two random people have about .4, as most people put the same values first (ESS).
    Invariant to level and spread of either profile, so raw and centred scores give the same.
    Source: Cronbach & Gleser 1953, profile shape.

    Args:
        a: Profiles, (..., 10), raw or centred.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.

    Returns:
        Similarity, (...); NaN where a profile is flat or incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    return along_values(*profiles(a, b))[()]
