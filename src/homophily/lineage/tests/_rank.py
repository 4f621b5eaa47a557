"""The numerical rank of what was added to a matrix."""

from __future__ import annotations

import numpy as np

__all__ = ["BLOCK", "delta_rank"]

#: Rows and columns of the block in which a rank is sought.
BLOCK = 512


def delta_rank(a: np.ndarray, b: np.ndarray, *, most: int = BLOCK, tail: float = 1e-3) -> int | None:
    """The rank of b − a, noise of rounding aside.

    Looked at in a block of `most` evenly spread rows and columns: no block of a matrix has a higher rank than
    the whole.

    Args:
        a: ``(outputs, inputs)``.
        b: The same shape.
        most: Rows and columns of the block.
        tail: Share of the squared difference that may lie beyond the rank.

    Returns:
        0 where the two are equal; None where the difference is no larger than rounding.
    """
    block = np.ix_(*(np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int)) for n in a.shape))
    ours, theirs = np.asarray(a[block], np.float64), np.asarray(b[block], np.float64)
    delta = theirs - ours
    energy = float((delta**2).sum())
    if energy == 0:
        return 0
    noise = _rounding(np.asarray(b[block], np.float32)) + _rounding(np.asarray(a[block], np.float32))
    if energy <= 2 * noise:
        return None
    left = energy - np.cumsum(np.linalg.svd(delta, compute_uv=False) ** 2)
    return int(np.argmax(left <= tail * energy + 1.5 * noise)) + 1


def _rounding(block: np.ndarray) -> float:
    """Summed squares of what rounding to the stored type would add, that type told by its empty low bits."""
    words = np.ascontiguousarray(block).view(np.uint32)
    kept = next((bits for bits, empty in ((8, 0xFFFF), (11, 0x1FFF)) if not np.any(words & empty)), 24)
    spacing = np.ldexp(1.0, np.frexp(block)[1] - kept)
    return float((spacing.astype(np.float64) ** 2).sum() / 12)
