"""Kendall's tau-b: of all pairs of values, how many both put in the same order, ties accounted for."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.values.similarity._shape import cosine, profiles

__all__ = ["kendall"]
__references__ = ("daniels1944", "kendall1945")


def kendall(a: ArrayLike, b: ArrayLike) -> float | np.ndarray:
    """Compare the order of every pair of values.

    Range: −1 to 1; nearer 0 than Spearman for the same profiles.
    Invariant to any order-preserving change of either profile, so raw and centred scores give the same.
    Source: Kendall 1945 (tau-b), as the cosine of the pairs' signs (Daniels 1944).

    Args:
        a: Profiles, (..., 10), raw or centred.
        b: Profiles, (..., 10); leading axes broadcast with those of `a`.

    Returns:
        Similarity, (...); NaN where a profile is flat or incomplete.

    Raises:
        DataError: A last axis does not hold the ten values.
    """
    first, second = profiles(a, b)
    return cosine(_signs(first), _signs(second))[()]


def _signs(a: np.ndarray) -> np.ndarray:
    one, other = np.triu_indices(a.shape[-1], k=1)
    signs = np.sign(np.round(a[..., one] - a[..., other], 9))  # Closer is rounding error, hence a tie.
    return np.asarray(np.where(np.isnan(a).any(axis=-1, keepdims=True), np.nan, signs))
