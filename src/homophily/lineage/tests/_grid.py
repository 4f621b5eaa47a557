"""The grid that a quantised matrix lies on."""

from __future__ import annotations

import numpy as np

__all__ = ["grid_bits"]

_BITS = (2, 3, 4, 5, 6, 8)
#: Contiguous weights along the inputs that may share a scale; 0 is a row, −1 the matrix.
_GROUPS = (0, 32, 64, 128, 16, 256, -1)
#: Beyond so many steps from zero, bfloat16 blurs a grid.
_CLEAR = 24
_ON = 0.06
#: Weights that are enough to see a grid.
_ENOUGH = 1 << 16


def grid_bits(matrix: np.ndarray, *, rows: int = 64) -> int | None:
    """How many bits a weight needs, if the matrix lies on a grid of 8 bits or fewer.

    Two signs are looked for, without knowing the scheme: few levels among the weights that share a scale
    (any code book, such as NF4), and weights at whole multiples of a step that the largest weight
    (symmetric), or the span (affine), makes (absmax, Q4_0, Q8_0 and their like). A continuous weight lies a
    quarter of a step from the grid on average.

    Args:
        matrix: ``(outputs, inputs)``.
        rows: At most so many rows are looked at, evenly spread; fewer of wide ones.

    Returns:
        2, 3, 4, 5, 6 or 8; None off every grid.
    """
    if matrix.ndim != 2 or min(matrix.shape) < 8:
        return None
    places = np.unique(np.linspace(0, len(matrix) - 1, min(rows, len(matrix))).round().astype(int))
    places = places[:: max(1, places.size * matrix.shape[1] // _ENOUGH)]
    kept = np.asarray(matrix[places], np.float32)
    bits = _by_levels(kept)
    return bits if bits is not None else _by_step(kept, float(max(matrix.max(), -matrix.min())))


def _grouped(rows: np.ndarray, size: int) -> np.ndarray | None:
    """The rows cut into groups of one scale, ``(groups, size)``."""
    width = rows.shape[1]
    if size <= 0:
        return rows.reshape(1, -1) if size < 0 else rows
    return rows.reshape(-1, size) if size < width and width % size == 0 else None


def _by_levels(rows: np.ndarray) -> int | None:
    """Bits by counting levels, the fewest over sizes of group.

    There must be four times as many non-zero weights as levels, and no more than 64 levels: bfloat16 itself
    has 256 an octave.
    """
    found = []
    for size in _GROUPS:
        groups = _grouped(rows, size)
        if groups is None:
            continue
        counted = [_levels(group) for group in groups[:256]]
        full = [levels for levels, number in counted if number >= 4 * levels and levels > 1]
        if full and len(full) >= 0.9 * len(counted) and max(full) <= 64:
            found.append(next(bits for bits in _BITS if max(full) <= 2**bits))
    return min(found, default=None)


def _levels(group: np.ndarray) -> tuple[int, int]:
    """Distinct values, and how many weights are not zero."""
    return len(np.unique(group)), int(np.count_nonzero(group))


def _by_step(rows: np.ndarray, largest: float) -> int | None:
    """Bits by the distance to whole multiples of the step, the fewest that fit."""
    for bits in _BITS:
        for size in _GROUPS:
            groups = _grouped(rows, size)
            if groups is None:
                continue
            tops = np.full((1, 1), largest) if size < 0 else np.abs(groups).max(axis=1, keepdims=True)
            spans = np.ptp(groups, axis=1, keepdims=True)
            steps = (tops / (2 ** (bits - 1) - 1), tops / 2 ** (bits - 1), spans / (2**bits - 1))
            if any(_off(groups, step) < _ON for step in steps):
                return bits
    return None


def _off(groups: np.ndarray, step: np.ndarray) -> float:
    """Mean distance to the grid in steps, of weights neither zero nor at the end that made the step."""
    places = np.divide(groups, step, out=np.zeros_like(groups), where=step > 0)
    ends = np.abs(groups) >= np.abs(groups).max(axis=1, keepdims=True)
    counted = (np.abs(places) <= _CLEAR) & (groups != 0) & ~ends
    if counted.sum() < 48:
        return 1.0
    return float(np.abs(places[counted] - np.rint(places[counted])).mean())
