"""The rotation that best takes one set of rows to another."""

from __future__ import annotations

import numpy as np

__all__ = ["between", "cross"]

_ROWS = 8192


def cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """aᵀ b over the rows that both have, ``(a's columns, b's columns)``, float32."""
    rows = min(len(a), len(b))
    total = np.zeros((a.shape[1], b.shape[1]), np.float32)
    for start in range(0, rows, _ROWS):
        part = slice(start, min(start + _ROWS, rows))
        total += np.asarray(a[part], np.float32).T @ np.asarray(b[part], np.float32)
    return total


def between(product: np.ndarray) -> np.ndarray:
    """The orthogonal polar factor O of aᵀ b, so that a O ≈ b; ``(n, n)`` (Procrustes; Schönemann 1966)."""
    left, _, right = np.linalg.svd(product)
    found: np.ndarray = left @ right
    return found
