"""Distinctive Pearson (Furr 2008): alike beyond what both share with the average person."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values import norms
from homophily.values.centring import centre
from homophily.values.similarity._shape import along_values, profiles

__all__ = ["distinctive"]
__references__ = ("furr2008",)


def distinctive(a: ArrayLike, b: ArrayLike, *, mean: ArrayLike | None = None) -> float | np.ndarray:
    """Correlate what is left of each profile once the average profile is taken away.

    Range: −1 to 1; two random people of that population have about 0. The other part of a plain correlation
    is each one's normativeness (`homophily.values.normativeness`). Invariant to level, not to spread, so
    raw and centred scores give the same.
    Source: Furr 2008, A framework for profile similarity.

    Args:
        a: Profiles, (..., 10), raw or centred, on the 1–6 scale.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.
        mean: The average profile, (10,), raw or centred; Germany's in ESS round 9 by default. For agents
            drawn otherwise give the mean of their own population.

    Returns:
        Similarity, (...); NaN where a profile is the average one or incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    first, second = profiles(a, b)
    average = norms.population().mean if mean is None else np.asarray(mean, dtype=float)
    return along_values(centre(first) - centre(average), centre(second) - centre(average))[()]
