"""The backlog: sessions still to be played, and those that come back from a worker that was lost."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from homophily.lab.session import Session

__all__ = ["Backlog"]


class Backlog:
    """What is left of a run.

    Args:
        sessions: All of the design, in their order.
        states: Of those begun before, as `homophily.lab.store.Store.sessions` has them.
        total: How many sessions the design has.

    Attributes:
        left: Sessions that have not ended, those under way included.
        finished: Sessions that had finished before.
    """

    def __init__(self, sessions: Iterable[Session], states: Mapping[str, str], total: int) -> None:
        self.finished = sum(state == "finished" for state in states.values())
        self.left = total - self.finished
        self._source = self._unfinished(iter(sessions), states)
        self._returned: deque[tuple[Session, bool]] = deque()

    def take(self, most: int) -> tuple[tuple[Session, bool], ...]:
        """Up to so many sessions to be played now, each with whether it was begun before."""
        taken: list[tuple[Session, bool]] = []
        while len(taken) < most and not self.empty:
            taken.append(self._returned.popleft())
        return tuple(taken)

    def give_back(self, sessions: Iterable[Session]) -> None:
        """Sessions that somebody else has begun, to be played before all others."""
        self._returned.extendleft((session, True) for session in sessions)

    @property
    def empty(self) -> bool:
        """Whether there is nothing to be taken now; more may come back."""
        if not self._returned:
            self._returned.extend(following for following in [next(self._source, None)] if following)
        return not self._returned

    @staticmethod
    def _unfinished(sessions: Iterator[Session], states: Mapping[str, str]) -> Iterator[tuple[Session, bool]]:
        for session in sessions:
            if states.get(session.id) != "finished":
                yield session, session.id in states
