"""Queueing: whose prompt is read next, and in whose company."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from homophily.inference.jobs import Job, Writing
from homophily.inference.prefixes import WORTH, Prefixes

if TYPE_CHECKING:
    from homophily.inference.slots import Slots

__all__ = ["chosen"]

#: In one step the longest unread part is at most so many times the shortest, and a few tokens: the shorter
#: ones are filled up to it, and filling takes time too.
SPREAD, SLACK = 1.3, 32


def chosen(
    waiting: Iterable[Job], prefixes: Prefixes, tokens: int, room: int, columns: int, slots: Slots
) -> list[Job]:
    """The jobs whose next part is read in one step: the oldest that may go, and those of like length.

    A job waits for another that is just computing a beginning they share.

    Args:
        waiting: Oldest first; each is given the longest beginning that is kept of its prompt.
        prefixes: Beginnings kept.
        tokens: Most tokens of a step, padding included; the oldest goes whatever its length.
        room: Places left for texts to be written.
        columns: Most columns of keys and values, times rows, of those who write.
        slots: Those who write.
    """
    able = list(_able(waiting, prefixes, room, columns, slots))
    if not able:
        return []
    oldest = able[0].unread
    alike = [job for job in able if oldest / SPREAD - SLACK <= job.unread <= oldest * SPREAD + SLACK]
    taken: list[Job] = []
    width = past = 0
    for job in alike:
        wider, before = max(width, job.unread), max(past, len(job.ids) - job.unread)
        if taken and (wider * (len(taken) + 1) > tokens or (wider + before) * (len(taken) + 1) > columns):
            break
        taken.append(job)
        width, past = wider, before
    return taken


def _able(
    waiting: Iterable[Job], prefixes: Prefixes, room: int, columns: int, slots: Slots
) -> Iterable[Job]:
    under_way: set[int] = set()
    rows, longest = len(slots), slots.columns
    for job in waiting:
        if isinstance(job, Writing):
            length = max(longest, len(job.ids) + job.limit)
            if room <= 0 or (rows and (rows + 1) * length > columns):
                continue
        _recall(job, prefixes)
        if prefixes.limit and _awaited(job, prefixes, under_way):
            continue
        if isinstance(job, Writing):
            room, rows, longest = room - 1, rows + 1, length
        yield job


def _recall(job: Job, prefixes: Prefixes) -> None:
    """Give a job the longest beginning that is kept, if that is more than it has."""
    assert job.beginnings is not None
    have = 0 if job.past is None else job.past.length
    kept = prefixes.longest(job.beginnings)
    if kept is not None and kept.length > have:
        job.past = kept
        job.shared = max(job.shared, kept.length)


def _awaited(job: Job, prefixes: Prefixes, under_way: set[int]) -> bool:
    """Whether a job ahead is computing a beginning that this one could use; otherwise says what it computes."""
    assert job.beginnings is not None
    have = 0 if job.past is None else job.past.length
    marks = [mark for mark in job.beginnings.marks if mark >= have + WORTH]
    keys = [job.beginnings.key(mark) for mark in marks if not prefixes.holds(job.beginnings, mark)]
    if any(key in under_way for key in keys):
        return True
    under_way.update(keys)
    return False
