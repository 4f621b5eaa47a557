"""Likeness of two sets of rows whatever the basis, order and common scale of their columns."""

from __future__ import annotations

import numpy as np

__all__ = ["unbiased_cka"]
__references__ = ("kornblith2019", "song2012")


def unbiased_cka(a: np.ndarray, b: np.ndarray) -> float:
    """Linear CKA with the unbiased estimate of HSIC (Kornblith et al. 2019; Song et al. 2012).

    Args:
        a: ``(rows, columns)``.
        b: As many rows; any number of columns.

    Returns:
        1 where b is a turned and rescaled, about 0 for independent rows; NaN below four rows.
    """
    if len(a) < 4:
        return float("nan")
    one, other = _gram(a), _gram(b)
    own = _hsic(one, one) * _hsic(other, other)
    return float(_hsic(one, other) / np.sqrt(own)) if own > 0 else float("nan")


def _gram(rows: np.ndarray) -> np.ndarray:
    """Inner products of rows from which the mean row was taken away, the diagonal empty."""
    rows = np.asarray(rows, np.float32)
    rows = rows - rows.mean(axis=0)
    rows /= max(float(np.sqrt((rows**2).sum(axis=1).mean())), 1e-30)
    found: np.ndarray = rows @ rows.T
    np.fill_diagonal(found, 0)
    return found


def _hsic(one: np.ndarray, other: np.ndarray) -> float:
    n = len(one)
    sums, others = one.sum(axis=0, dtype=np.float64), other.sum(axis=0, dtype=np.float64)
    pairs = float(np.vdot(one, other)) + sums.sum() * others.sum() / ((n - 1) * (n - 2))
    return float((pairs - 2 * float(sums @ others) / (n - 2)) / (n * (n - 3)))
