"""Normativeness: how alike a person is to the average person (Furr 2008)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values import norms
from homophily.values.similarity.pearson import pearson

__all__ = ["normativeness"]
__references__ = ("furr2008",)


def normativeness(profile: ArrayLike, mean: ArrayLike | None = None) -> float | np.ndarray:
    """Correlate a profile with the average one.

    Two normative people are alike without having anything of their own in common; the measure `distinctive`
    is what then remains.

    Args:
        profile: Scores, (..., 10), raw or centred.
        mean: The average profile, (10,); Germany's in ESS round 9 by default.

    Returns:
        Correlations in [−1, 1], (...); NaN for a flat or incomplete profile.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    return pearson(profile, norms.population().mean if mean is None else mean)
