"""What the measures share: reading profiles, and the correlation along their last axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.errors import DataError
from homophily.values.theory import CODES

__all__ = ["along_values", "cosine", "midranks", "profiles"]


def profiles(a: ArrayLike, b: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both sides as arrays, (..., 10).

    Raises:
        DataError: The last axis of a side does not hold the ten values.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    for side in (first, second):
        if side.shape[-1:] != (len(CODES),):
            raise DataError(
                f"profiles of shape {side.shape} cannot be compared: "
                f"the last axis must hold the ten values {', '.join(CODES)}."
            )
    return first, second


def along_values(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson correlation along the last axis; NaN where a side is flat."""
    a = a - a.mean(axis=-1, keepdims=True)
    b = b - b.mean(axis=-1, keepdims=True)
    return cosine(a, b)


def cosine(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosine along the last axis; NaN where a side has no length."""
    a, b = unit(a), unit(b)
    return np.asarray(np.clip((a * b).sum(axis=-1), -1.0, 1.0))


def unit(a: np.ndarray) -> np.ndarray:
    """Vectors of length one along the last axis; NaN for what is zero but for rounding error."""
    length = np.sqrt((a * a).sum(axis=-1, keepdims=True))
    return np.asarray(np.divide(a, length, out=np.full(a.shape, np.nan), where=length > 1e-9))


def midranks(a: np.ndarray) -> np.ndarray:
    """Ranks from 1 along the last axis, ties sharing their mean rank; NaN profiles stay NaN."""
    a = np.round(a, 9)  # Scores closer than this differ by rounding error only.
    above, below = a[..., :, None], a[..., None, :]
    ranks = ((below < above).sum(axis=-1) + (below <= above).sum(axis=-1) + 1) / 2
    return np.asarray(np.where(np.isnan(a).any(axis=-1, keepdims=True), np.nan, ranks))
