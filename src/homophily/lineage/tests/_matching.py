"""Units of one model matched to units of another by the cosine of their weights."""

from __future__ import annotations

import numpy as np

__all__ = ["match", "sample", "unit_rows"]

_TINY = np.float32(1e-12)


def unit_rows(rows: np.ndarray) -> np.ndarray:
    """Rows of length 1 as float32, of the same shape; a row of zeros stays one."""
    rows = np.asarray(rows, dtype=np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)


def match(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The assignment of a's rows to b's rows with the largest sum of cosines.

    Args:
        a: ``(m, inputs)``.
        b: ``(n, inputs)``, m ≤ n.

    Returns:
        For each row of `a`, its partner's place in `b`, and their cosine; both ``(m,)``.
    """
    from scipy.optimize import linear_sum_assignment

    cosines = unit_rows(a) @ unit_rows(b).T
    rows, partners = linear_sum_assignment(cosines, maximize=True)
    return partners, cosines[rows, partners]


def sample(n: int, most: int | None) -> np.ndarray:
    """At most `most` of `n` places, evenly spread; all if None."""
    if most is None or most >= n:
        return np.arange(n)
    return np.linspace(0, n - 1, most).round().astype(int)
