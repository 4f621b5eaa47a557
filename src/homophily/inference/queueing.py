"""Queueing: whose prompt is read next, and in whose company."""

from __future__ import annotations

from collections.abc import Sequence

from homophily.inference.jobs import Job, Writing
from homophily.inference.prefixes import Prefixes

__all__ = ["chosen"]

#: In one step the longest unread part is at most so many times the shortest, and a few tokens: the shorter
#: ones are filled up to it, and filling takes time too.
SPREAD, SLACK = 1.3, 32


def chosen(
    waiting: Sequence[Job],
    prefixes: Prefixes,
    reading: Sequence[Job],
    *,
    tokens: int,
    room: int,
    writing: tuple[int, int],
    columns: int,
    oldest: bool,
) -> list[Job]:
    """The jobs whose next part is read in one step: one that goes first, and those of like length.

    First goes who has least to read: so conversations whose beginnings are still kept are finished before
    those of others push them out. A job waits for another that is just computing a beginning they share.

    Args:
        waiting: Oldest first; those chosen are given the longest beginning that is kept of their prompt.
        prefixes: Beginnings kept.
        reading: Those who are being read just now.
        tokens: Most tokens of a step, padding included; the first goes whatever its length.
        room: Places left for texts to be written.
        writing: Texts being written, and the longest's length.
        columns: Most columns of keys and values, times rows, of those who write.
        oldest: Whether the oldest goes first this time, so that nobody waits for ever.
    """
    able = _able(waiting, prefixes, reading, room, writing, columns)
    if not able:
        return []
    if not oldest:
        able.sort(key=lambda pair: pair[1])
    first = able[0][1]
    taken: list[Job] = []
    width = past = 0
    for job, unread in able:
        if not first / SPREAD - SLACK <= unread <= first * SPREAD + SLACK:
            continue
        wider, before = max(width, unread), max(past, len(job.ids) - unread)
        if taken and (wider * (len(taken) + 1) > tokens or (wider + before) * (len(taken) + 1) > columns):
            break
        taken.append(job)
        width, past = wider, before
    for job in taken:
        _recall(job, prefixes)
    return taken


def _able(
    waiting: Sequence[Job],
    prefixes: Prefixes,
    reading: Sequence[Job],
    room: int,
    writing: tuple[int, int],
    columns: int,
) -> list[tuple[Job, int]]:
    """Who may go, with the number of tokens each has to read."""
    under_way: set[int] = set()
    for job in reading:
        assert job.beginnings is not None
        under_way.update(prefixes.coming(job.beginnings, 0 if job.past is None else job.past.length))
    rows, longest = writing
    found = []
    for job in waiting:
        length = 0
        if isinstance(job, Writing):
            length = max(longest, job.length)
            if room <= 0 or (rows and (rows + 1) * length > columns):
                continue
        have = _have(job, prefixes)
        if prefixes.limit and _awaited(job, prefixes, have, under_way):
            continue
        if isinstance(job, Writing):
            room, rows, longest = room - 1, rows + 1, length
        found.append((job, len(job.ids) - have))
    return found


def _have(job: Job, prefixes: Prefixes) -> int:
    """Tokens that a job need not read."""
    assert job.beginnings is not None
    return max(prefixes.reach(job.beginnings), 0 if job.past is None else job.past.length)


def _recall(job: Job, prefixes: Prefixes) -> None:
    """Give a job the longest beginning that is kept, if that is more than it has."""
    assert job.beginnings is not None
    have = 0 if job.past is None else job.past.length
    if prefixes.reach(job.beginnings) > have:
        job.past = prefixes.longest(job.beginnings)
        job.shared = max(job.shared, 0 if job.past is None else job.past.length)


def _awaited(job: Job, prefixes: Prefixes, have: int, under_way: set[int]) -> bool:
    """Whether a job ahead computes a beginning that this one could use; if not, notes what it computes."""
    assert job.beginnings is not None
    if not under_way.isdisjoint(prefixes.useful(job.beginnings, have)):
        return True
    under_way.update(prefixes.coming(job.beginnings, have))
    return False
