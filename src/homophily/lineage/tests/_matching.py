"""Units of one model matched to units of another by the cosine of their weights."""

from __future__ import annotations

import numpy as np

from homophily.seeds import generator

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


def match(similarity: np.ndarray, *, lot: object = None) -> np.ndarray:
    """The assignment with the largest sum: each row's column, ``(m,)`` for ``(m, n)``, m ≤ n.

    Args:
        similarity: The larger, the sooner together.
        lot: What names the draw that settles ties (dead units, copies of one unit). The algorithm settles
            them by place, which a test of places must not inherit; None leaves them so.
    """
    from scipy.optimize import linear_sum_assignment

    if lot is None:
        partners: np.ndarray = linear_sum_assignment(similarity, maximize=True)[1]
        return partners
    rng = generator("lineage", "match", lot, similarity.shape, float(similarity.sum(dtype=np.float64)))
    rows, columns = (rng.permutation(size) for size in similarity.shape)
    drawn = np.empty(len(rows), int)
    drawn[rows] = columns[linear_sum_assignment(similarity[np.ix_(rows, columns)], maximize=True)[1]]
    return drawn


def sample(n: int, most: int | None) -> np.ndarray:
    """At most `most` of `n` places, evenly spread; all if None."""
    if most is None or most >= n:
        return np.arange(n)
    return np.linspace(0, n - 1, most).round().astype(int)


def _lengths(rows: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.maximum(np.sqrt(np.einsum("ij,ij->i", rows, rows)), np.float32(1e-12))
    return found
