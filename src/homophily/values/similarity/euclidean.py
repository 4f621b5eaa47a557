"""One less the normalised Euclidean distance of centred profiles: alike in priorities and their strength."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.centring import centre
from homophily.values.similarity._shape import profiles

__all__ = ["euclidean"]
__references__ = ("cronbach1953",)

# The farthest two centred profiles on 1–6 can be: five values 5 apart one way, five the other. Item weights
# make one group of five count 11 of 21 items, so centring moves the differences by 5/21.
_FARTHEST = math.sqrt(10 * 25 + 10 * (5 / 21) ** 2)


def euclidean(a: ArrayLike, b: ArrayLike) -> float | np.ndarray:
    """Turn the distance of centred profiles into a similarity.

    Range: 0 (the farthest two people can be on the 1–6 scale) to 1 (equal); two random people have .77 (ESS).
    Invariant to the level of either profile, so raw and centred scores give the same; sensitive to spread.
    Source: Cronbach & Gleser 1953, distance after elevation is removed.

    Args:
        a: Profiles, (..., 10), raw or centred, on the 1–6 scale.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.

    Returns:
        Similarity, (...); NaN where a profile is incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    first, second = profiles(a, b)
    difference = centre(first) - centre(second)
    return np.asarray(1 - np.sqrt((difference**2).sum(axis=-1)) / _FARTHEST)[()]
