"""Cosine of centred profiles: like Pearson, but centred by items, so Universalism counts for three."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.centring import centre
from homophily.values.similarity import _shape

__all__ = ["cosine"]
__references__ = ("own",)


def cosine(a: ArrayLike, b: ArrayLike) -> float | np.ndarray:
    """Take the cosine of the angle between centred profiles.

    Range: −1 to 1. Centres by the item weights of the 21-item portraits, so it differs from Pearson by a
    little; of raw 1–6 scores the cosine would be near 1 for everyone. Invariant to level and spread of either
    profile, so raw and centred scores give the same.

    Args:
        a: Profiles, (..., 10), raw or centred.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.

    Returns:
        Similarity, (...); NaN where a profile is flat or incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    first, second = _shape.profiles(a, b)
    return _shape.cosine(centre(first), centre(second))[()]
