"""Patience: when a run stops before its end, and why."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from homophily.errors import HomophilyError
from homophily.lab import reasons
from homophily.lab.events import Event, RunStopping, SessionFailed, SessionFinished

__all__ = ["Patience"]

#: Seconds that workers are given to leave once the asks under way are given up too.
_ABANDONED = 10.0


class Patience:
    """Bears failures and losses up to a number in a row.

    Args:
        most: How many of each; a finished session ends the row.
        tell: Hears that the run stops.

    Attributes:
        reason: Why the run stops; None while it goes on.
        abandon: Whether the asks under way are given up too.
    """

    def __init__(self, most: int, tell: Callable[[Event], None]) -> None:
        self._most = most
        self._tell = tell
        self._failures = self._losses = 0
        self._give_up_at = math.inf
        self.reason: HomophilyError | None = None
        self.abandon = False

    @property
    def spent(self) -> bool:
        """Whether workers are waited for no more."""
        return time.monotonic() > self._give_up_at

    def hear(self, event: Event) -> None:
        """Count sessions that failed in a row."""
        if isinstance(event, SessionFinished):
            self._failures = self._losses = 0
        elif isinstance(event, SessionFailed):
            self._failures += 1
            if self._failures >= self._most:
                self.stop(reasons.failed(self._failures, event.error))

    def lost(self, why: str) -> float:
        """Count workers lost in a row; how many seconds to wait before the next is hired."""
        self._losses += 1
        if self._losses >= self._most:
            self.stop(reasons.lost(self._losses, why))
        return min(0.25 * 2.0**self._losses, 60.0)

    def interrupt(self) -> None:
        """Ctrl-C: stop, and at the second one give up the asks under way."""
        if self.reason is not None:
            self.abandon, self._give_up_at = True, time.monotonic() + _ABANDONED
        self.stop(reasons.interrupted())

    def stop(self, reason: HomophilyError) -> None:
        """Stop for this reason, unless there is one already."""
        if self.reason is None:
            self.reason = reason
            self._tell(RunStopping(reason))
