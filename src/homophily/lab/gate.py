"""The gate: lets asks through until a run is to stop, then lets those under way come home."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from homophily.asks import Answer
from homophily.errors import HomophilyError, Interrupted

__all__ = ["Gate"]


class Gate:
    """Stops a run at its asks: the only place where stopping loses nothing.

    Attributes:
        reason: Why the run stops; None while it goes on.
    """

    def __init__(self) -> None:
        self.reason: HomophilyError | None = None
        self._under_way = 0
        self._closed = asyncio.Event()
        self._changed = asyncio.Event()
        self._abandon = asyncio.Event()

    def close(self, reason: HomophilyError) -> None:
        """Let no further ask through; when interrupted after that, give up those under way."""
        if self.reason is not None:
            if isinstance(reason, Interrupted):
                self._abandon.set()
                self._changed.set()
            return
        self.reason = reason
        self._closed.set()
        self._changed.set()

    async def through(self, asking: Callable[[], Awaitable[Answer]]) -> Answer:
        """One ask and its recording; once the gate is closed, waits to be cancelled instead."""
        if self.reason is not None:
            await asyncio.Event().wait()
        self._under_way += 1
        try:
            return await asking()
        finally:
            self._under_way -= 1
            self._changed.set()

    async def emptied(self, grace: float) -> None:
        """Returns when the gate is closed and the asks under way are home, given up, or late by `grace` s."""
        await self._closed.wait()
        try:
            async with asyncio.timeout(grace):
                while self._under_way and not self._abandon.is_set():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pass
