"""Local alignment of a sequence with itself, off the diagonal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["shifted_copy"]

_MATCH, _MISS, _GAP = 1.0, -1.0, -1.0

#: Longest sequence that is aligned; the table is quadratic in it, one byte a cell.
_LONGEST = 6000


def shifted_copy(codes: NDArray[np.int64], least: int) -> tuple[float, int, int] | None:
    """Period and extent of a sequence's best repetition, found in spite of lost or merged events.

    Smith and Waterman's recursion over pairs ``(i, j)`` with ``j ≥ i + least``: a sequence of blocks aligns
    with itself shifted by one block, longer than by two. Match 1, mismatch and gap −1.

    Args:
        codes: Integers, ``(events,)``.
        least: Smallest shift.

    Returns:
        ``(period, start, end)``, the period as the median shift along the alignment; None where nothing
        aligns for at least one period, or the sequence is longer than is aligned.
    """
    n = len(codes)
    if not 2 * least <= n <= _LONGEST:
        return None
    moves = np.zeros((n, n), np.int8)
    best, where, row = 0.0, (0, 0), np.zeros(n + 1)
    columns = np.arange(n + 1)
    for i in range(n):
        # A shift below `least` is no candidate: those cells stay at nought and start no path.
        open_ = columns[1:] - 1 - i >= least
        diagonal = row[:-1] + np.where(codes == codes[i], _MATCH, _MISS)
        up = row[1:] + _GAP
        score = np.where(open_, np.maximum(np.maximum(diagonal, up), 0.0), 0.0)
        # Gaps along the row: the best earlier cell less one a step, by a running maximum.
        filled = np.maximum.accumulate(np.concatenate(([0.0], score)) - _GAP * columns) + _GAP * columns
        new = np.where(open_, np.maximum(filled[1:], 0.0), 0.0)
        moves[i] = np.where(
            new <= 0, 0, np.where(new == diagonal, 1, np.where(new == up, 2, 3)).astype(np.int8)
        )
        row = np.concatenate(([0.0], new))
        top = int(np.argmax(new))
        if new[top] > best:
            best, where = float(new[top]), (i, top)
    return _walk(moves, where) if best >= least else None


def _walk(moves: NDArray[np.int8], where: tuple[int, int]) -> tuple[float, int, int] | None:
    i, j = where
    end, shifts = j + 1, []
    while i >= 0 and j >= 0 and moves[i, j]:
        move = moves[i, j]
        shifts.append(j - i)
        i, j = i - (move != 3), j - (move != 2)
    period = float(np.median(shifts))
    start = i + 1
    return (period, int(start), int(end)) if len(shifts) >= period else None
