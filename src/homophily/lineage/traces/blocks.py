"""Blocks: the stretch of a sequence that repeats, and how often; a model's layers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.traces._alignment import shifted_copy

__all__ = ["Blocks", "blocks", "places"]
__references__ = ("smith1981",)

#: Share of events in exact repetition from which no other is looked for.
_ENOUGH = 0.9

#: Share of a period by which a disturbed repetition must span more than all exact ones to be taken instead.
_WIDER = 0.75


@dataclass(frozen=True, slots=True)
class Blocks:
    """A repeated block.

    Attributes:
        period: Events a block.
        count: How often it comes, one after the other.
        start: Place of its first event.
        end: Place after its last.
        exact: Whether every repetition is the same event for event; otherwise `period` and `count` are
            estimates of a best alignment.
    """

    period: int
    count: int
    start: int
    end: int
    exact: bool = True


def blocks(sequence: Sequence[Hashable], *, least: int = 4) -> list[Blocks]:
    """The repeated blocks of a sequence that do not overlap, the longest stretch first.

    A stretch of period ``p`` is a maximal run of places ``i`` with ``s[i] == s[i + p]``; a run of ``r``
    such places spans ``r + p`` events and holds ``1 + r // p`` blocks. Among all periods the one that
    spans most counts, and the shortest of those that span as much. Where events are lost or merged exact
    repetition breaks off: if the best local alignment of the sequence with itself (Smith and Waterman
    1981) spans most of a period more than all exact repetitions, period and count are read from it.

    Args:
        sequence: Anything that compares, such as names.
        least: Shortest period, in events, so that the three projections of one attention are no layers.

    Returns:
        Blocks that come at least twice; empty for none.
    """
    codes = places(sequence)
    found = _search(codes, 0, len(codes), least)
    found.sort(key=lambda each: each.start - each.end)
    spanned = sum(each.end - each.start for each in found)
    if spanned < _ENOUGH * len(codes):
        estimated = shifted_copy(codes, least)
        if estimated is not None and estimated[2] - estimated[1] - spanned > _WIDER * estimated[0]:
            period, start, end = estimated
            count = max(2, round((end - start) / period))
            return [Blocks(max(least, round(period)), count, start, end, exact=False)]
    return found


def places(sequence: Sequence[Hashable]) -> NDArray[np.int64]:
    """Equal things as equal integers, in order of first appearance."""
    seen: dict[Hashable, int] = {}
    return np.array([seen.setdefault(each, len(seen)) for each in sequence], np.int64)


def _search(codes: NDArray[np.int64], low: int, high: int, least: int) -> list[Blocks]:
    """The widest repetition within ``[low, high)``, and those on either side of it.

    A run that is longer than its whole blocks leaves open where they begin. They begin with the run, unless
    more repeats around them if they end with it: an encoder's last layer may read as a decoder's start.
    """
    best = _widest(codes[low:high], least)
    if best is None:
        return []
    period, start, run = best
    count = 1 + run // period
    readings = []
    for begin in sorted({low + start, low + start + run + period - count * period}):
        end = begin + count * period
        around = [*_search(codes, low, begin, least), *_search(codes, end, high, least)]
        readings.append([Blocks(period, count, begin, end), *around])
    return max(readings, key=lambda found: sum(each.end - each.start for each in found))


def _widest(codes: NDArray[np.int64], least: int) -> tuple[int, int, int] | None:
    """Period, start and length of the run that spans most."""
    best: tuple[int, int, int] | None = None
    span = 0
    for period in range(least, len(codes) // 2 + 1):
        same = codes[:-period] == codes[period:]
        if int(same.sum()) < period:
            continue
        edges = np.flatnonzero(np.diff(np.concatenate(([0], same.view(np.int8), [0]))))
        starts, ends = edges[::2], edges[1::2]
        longest = int(np.argmax(ends - starts))
        run = int(ends[longest] - starts[longest])
        whole = (1 + run // period) * period
        if run >= period and whole > span:
            best, span = (period, int(starts[longest]), run), whole
    return best
