"""Units of one model matched to units of another by the cosine of their weights."""

from __future__ import annotations

import numpy as np

__all__ = ["cosines", "match", "sample"]


def cosines(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosine of each row of `a`, ``(m, inputs)``, with each of `b`, ``(n, inputs)``; 0 for a row of zeros.

    Returns:
        ``(m, n)``, float32.
    """
    a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
    found: np.ndarray = a @ b.T
    found /= _lengths(a)[:, None]
    found /= _lengths(b)[None, :]
    return found


def match(similarity: np.ndarray) -> np.ndarray:
    """The assignment with the largest sum: each row's column, ``(m,)`` for ``(m, n)``, m ≤ n."""
    from scipy.optimize import linear_sum_assignment

    partners: np.ndarray = linear_sum_assignment(similarity, maximize=True)[1]
    return partners


def sample(n: int, most: int | None) -> np.ndarray:
    """At most `most` of `n` places, evenly spread; all if None."""
    if most is None or most >= n:
        return np.arange(n)
    return np.linspace(0, n - 1, most).round().astype(int)


def _lengths(rows: np.ndarray) -> np.ndarray:
    return np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(1e-12))
