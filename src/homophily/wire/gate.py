"""Gates: how many requests may be under way at an endpoint, and how fast they may follow each other."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

__all__ = ["Bucket", "Gate"]
__references__ = ("chiu1989",)


class Gate:
    """A concurrency limit that gives way to a server under load and recovers afterwards.

    Additive increase, multiplicative decrease (Chiu & Jain 1989): a 429 halves the limit, once per burst;
    after as many good answers as the limit it rises by one, up to what was asked for. First come, first
    served.

    Attributes:
        most: The limit asked for.
        limit: The limit in force, 1 … `most`.
        active: Requests under way.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.limit = most
        self.active = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._good = 0
        self._cut_at = float("-inf")

    async def enter(self) -> None:
        """Wait for a place."""
        if self.active < self.limit and not self._waiting:
            self.active += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                with suppress(ValueError):
                    self._waiting.remove(place)
            else:  # the place was given just before the caller was cancelled
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next in line."""
        self.active -= 1
        self._admit()

    def allow(self, most: int) -> None:
        """Change what is asked for; a limit that was cut rises to it by good answers."""
        self.limit = most if self.limit == self.most else min(self.limit, most)
        self.most = most
        self._admit()

    def cut(self, began: float, now: float) -> None:
        """Halve the limit after a 429; requests begun before the last cut belong to its burst.

        Args:
            began: When the request was sent.
            now: When its answer came.
        """
        if began >= self._cut_at:
            self.limit = max(1, self.limit // 2)
            self._cut_at = now
            self._good = 0

    def ease(self) -> None:
        """Note a good answer; raise a limit that was cut."""
        if self.limit == self.most:
            return
        self._good += 1
        if self._good >= self.limit:
            self.limit += 1
            self._good = 0
            self._admit()

    def _admit(self) -> None:
        while self._waiting and self.active < self.limit:
            place = self._waiting.popleft()
            if not place.done():
                self.active += 1
                place.set_result(None)


class Bucket:
    """A rate limit: so many units a minute, with a burst of at most six seconds' worth (at least one).

    Args:
        per_minute: Units that flow in a minute.
        clock: Seconds on a monotonic clock.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float]) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._level = self._most
        self._seen = clock()

    @property
    def _most(self) -> float:
        return max(1.0, self.per_minute / 10)

    def allow(self, per_minute: float) -> None:
        """Let units flow faster or slower from now on."""
        self.take(0)
        self.per_minute = per_minute

    def take(self, units: float) -> float:
        """Take units now, on credit if need be; returns the seconds to wait until they have flowed in."""
        now = self._clock()
        flow = self.per_minute / 60
        self._level = min(self._most, self._level + (now - self._seen) * flow)
        self._seen = now
        self._level -= units
        return max(0.0, -self._level / flow)

    def settle(self, units: float) -> None:
        """Correct an estimate once the true number is known: positive takes more, negative gives back."""
        self._level -= units
