"""A sitting: one session being played for one person, and the asks that make up the page in front of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Container, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from homophily.asks import Answer, Ask
from homophily.items import Value
from homophily.lab.session import Session
from homophily.lab.table import Keeper

__all__ = ["Desk", "Draft", "Key", "Sitting", "Waiting"]

Key = tuple[str, str]
"""Seat and path: an ask within its session."""

#: Turns of the event loop without a new ask after which a page is whole: asks made together arrive in the
#: same turn, or in as many more as groups of them are nested.
_TURNS = 10


@dataclass(slots=True)
class Waiting:
    """An ask that waits for the person.

    Attributes:
        ask: What is asked.
        answered: Gets the answer.
        shown: When its page was first sent, by the monotonic clock; None before that.
    """

    ask: Ask
    answered: asyncio.Future[Answer]
    shown: float | None = None


@dataclass(slots=True)
class Draft:
    """What was entered and not yet sent.

    Attributes:
        raw: As the page's field holds it.
        skipped: Whether the person chose not to answer.
        traces: Of the entering, as `homophily.web.host.traces` reads them.
    """

    raw: str = ""
    skipped: bool = False
    traces: dict[str, Any] = field(default_factory=dict)


class Sitting:
    """Plays a session and holds its asks to the person until they are answered.

    Args:
        session: What is played.
        seats: Which of its seats are the person's.

    Attributes:
        waiting: The asks of the present page, in the order asked.
        drafts: What was entered on it so far.
        recorded: Paths of the person's answers that are recorded.
        furthest: The greatest share of the way that was shown.
        declined: Whether consent was asked for and declined.
        seen: When a request last came, by the monotonic clock.
    """

    def __init__(self, session: Session, seats: Container[str]) -> None:
        self.session = session
        self._seats = seats
        self.waiting: dict[Key, Waiting] = {}
        self.drafts: dict[Key, Draft] = {}
        self.recorded: set[str] = set()
        self.furthest = 0.0
        self.declined = False
        self.seen = time.monotonic()
        self._given: set[Key] = set()
        self._others = 0
        self._version = 0
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, playing: Coroutine[Any, Any, None]) -> None:
        """Begin to play."""
        self._task = asyncio.create_task(playing, name=f"homophily-sitting-{self.session.id}")
        self._task.add_done_callback(self._over)

    def behind(self, keeper: Keeper) -> Keeper:
        """The keeper, with this sitting knowing when it has recorded an answer."""
        return _Watched(self, keeper)

    async def put(self, ask: Ask) -> Answer:
        """Wait for the person to answer."""
        key = (ask.seat, ask.path)
        self.waiting[key] = Waiting(ask, asyncio.get_running_loop().create_future())
        self._poke()
        try:
            return await self.waiting[key].answered
        finally:
            self.waiting.pop(key, None)
            self._poke()

    def give(self, answers: Mapping[Key, Answer]) -> None:
        """Answer asks that wait; those that do not wait any more keep the answer they have."""
        for key, answer in answers.items():
            waiting = self.waiting.pop(key, None)
            if waiting is not None and not waiting.answered.done():
                self._given.add(key)
                waiting.answered.set_result(answer)
        self._poke()

    async def recording(self, keys: Iterable[Key]) -> None:
        """Returns once the answers given to these asks are durable.

        Raises:
            HomophilyError: The session came to grief instead.
        """
        while self._given & set(keys):
            if self._task is None or self._task.done():
                break
            await self._change()
        self.raise_fault()

    async def settled(self, within: float, longest: float = 20.0) -> bool:
        """Wait for a whole page, or the end.

        Args:
            within: Seconds to wait while somebody else is asked.
            longest: Seconds to wait while nobody is: only the store is in the way then.

        Returns:
            Whether either has come.
        """
        if await self._still(within):
            return True
        return not self._others and await self._still(max(0.0, longest - within))

    async def _still(self, within: float) -> bool:
        try:
            async with asyncio.timeout(within):
                while not self.ended:
                    version = self._version
                    if not self.waiting or self._given:
                        await self._change()
                        continue
                    for _ in range(_TURNS):
                        await asyncio.sleep(0)
                    if version == self._version:
                        return True
        except TimeoutError:
            return bool(self.waiting) and not self._given
        return True

    @property
    def ended(self) -> bool:
        """Whether the protocol has come to its end, or to grief."""
        return self._task is not None and self._task.done()

    @property
    def fault(self) -> BaseException | None:
        """Why the session cannot go on; None while it can, and after its end."""
        if self._task is None or not self._task.done() or self._task.cancelled():
            return None
        return self._task.exception()

    def raise_fault(self) -> None:
        """Raise what stopped the session, if anything did."""
        if self.fault is not None:
            raise self.fault

    async def stop(self) -> None:
        """Stop playing; what is not recorded is asked again."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def page(self) -> Sequence[Waiting]:
        """The asks of the present page."""
        return tuple(self.waiting.values())

    def _over(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            task.exception()  # taken note of: `fault` tells it to whoever asks
        self._poke()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _poke(self) -> None:
        self._version += 1
        self._changed.set()

    def _kept(self, ask: Ask, answer: Answer) -> None:
        key = (ask.seat, ask.path)
        self._given.discard(key)
        self.drafts.pop(key, None)
        if ask.seat in self._seats:
            self.recorded.add(ask.path)
        if ask.item.measures == "consent" and answer.value == "decline":
            self.declined = True
        self._poke()


class _Watched:
    """A keeper that tells its sitting of every answer recorded."""

    def __init__(self, sitting: Sitting, keeper: Keeper) -> None:
        self._sitting, self._keeper = sitting, keeper

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        others = ask.seat not in self._sitting._seats
        self._sitting._others += others
        try:
            answer = await self._keeper.answer(ask, respondent, place)
        finally:
            self._sitting._others -= others
        self._sitting._kept(ask, answer)
        return answer

    async def note(self, ask: Ask, place: int) -> Value:
        return await self._keeper.note(ask, place)

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return await self._keeper.order(path, drawn)


class Desk:
    """Brings asks to the sittings they belong to."""

    def __init__(self) -> None:
        self.sittings: dict[str, Sitting] = {}

    async def put(self, ask: Ask) -> Answer:
        """The person's answer."""
        return await self.sittings[ask.session].put(ask)
