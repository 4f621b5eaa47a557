"""Workers: processes that play the sessions they are handed, and report what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any

import homophily
from homophily import wire
from homophily.errors import HomophilyError, Interrupted, ProtocolError, RespondentError, UsageError
from homophily.lab.events import Event, SessionFailed
from homophily.lab.gate import Gate
from homophily.lab.keeper import House
from homophily.lab.loading import load_study
from homophily.lab.performing import perform
from homophily.lab.purse import Purse, Spent
from homophily.lab.seating import ready
from homophily.lab.session import Session
from homophily.lab.spread.allowance import Allowance
from homophily.lab.spread.roll import signed
from homophily.lab.spread.turns import Brief, Orders, Report, plain
from homophily.lab.store import Store
from homophily.lab.writer import Writer
from homophily.records.database import connect

__all__ = ["Worker"]

#: Seconds a turn lasts at most while nothing happens, while an ask waits for the budget, and after something
#: has happened, to gather what happens with it.
_QUIET, _PRESSED, _GATHER = 0.5, 0.02, 0.01
#: One that writes, one that reads sessions begun before.
_CONNECTIONS = 2


class Worker:
    """Plays sessions for a director, which calls `begin` once and `turn` again and again.

    Where no turn is called for as long as the brief says, the worker takes itself for cut off and asks no
    more: by then the director has handed its sessions to others.
    """

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._gate = Gate()
        self._news = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._events: list[Event] = []
        self._ended: list[str] = []
        self._problem: HomophilyError | None = None
        self._told_problem = False
        self._lost = ""
        self._told = self._share = (0, 0)
        self._heard = 0.0
        self._leaving: asyncio.Task[None] | None = None

    async def begin(self, brief: Brief) -> Report:
        """Get ready to play; what is wrong is in the report."""
        self._brief = brief
        try:
            await self._settle_in(brief)
        except HomophilyError as error:
            await self._stack.aclose()
            self._problem = plain(error)
        return self._report()

    async def turn(self, orders: Orders) -> Report:
        """Take orders, and say what has happened since the last report; waits a little if nothing has."""
        self._heard = asyncio.get_running_loop().time()
        wire.share(*orders.share)
        self._told = orders.share
        for ticket in orders.granted:
            self._allowance.grant(ticket)
        for session, begun in orders.sessions:
            self._tasks[session.id] = asyncio.create_task(self._session(session, begun))
        if orders.stop and self._leaving is None:
            self._leaving = asyncio.create_task(self._leave())
        if orders.abandon:
            self._gate.close(Interrupted("stopped."))
        await self._happened()
        return self._report()

    async def _settle_in(self, brief: Brief) -> None:
        if brief.version != homophily.__version__:
            raise UsageError(
                f"homophily {homophily.__version__} is installed here, the run is directed by "
                f"{brief.version}: install the same on all machines."
            )
        self._study = load_study(brief.source)
        self._design = self._study.design.model_validate(brief.design)
        seats = await ready(self._design, None, self._stack)
        purse = Purse(self._design.budget, Spent(), seats)
        self._allowance = Allowance({name for name in seats if purse.limits(name)}, self._news.set)
        engine = await connect(brief.store, connections=_CONNECTIONS)
        self._store = Store(engine, brief.store, signed(brief.run, brief.worker))
        self._stack.push_async_callback(self._store.close)
        self._writer = Writer(self._store)
        self._house = House(brief.run, seats, self._writer, self._allowance, self._gate, self._tell)
        self._heard = asyncio.get_running_loop().time()
        self._watch = asyncio.create_task(self._listen())

    async def _session(self, session: Session, begun: bool) -> None:
        engine = self._store.engine if begun else None
        try:
            await perform(self._study, self._design, session, self._house, engine)
        except RespondentError:
            pass  # the session is kept as failed, and the event tells of it
        except HomophilyError as error:
            self._problem = self._problem or plain(error)
        except Exception as error:
            self._problem = self._problem or ProtocolError(
                f"session {session.id!r}: {type(error).__name__}: {error}."
            )
        await self._said(self._writer.settled())
        if self._problem is None:
            self._ended.append(session.id)
        del self._tasks[session.id]
        self._news.set()

    async def _said(self, storing: Coroutine[Any, Any, None]) -> None:
        try:
            await storing
        except HomophilyError as error:
            self._problem = self._problem or plain(error)

    async def _happened(self) -> None:
        self._news.clear()
        allowance = self._allowance
        trouble = self._problem is not None and not self._told_problem
        if not (self._ended or trouble or allowance.wanted or allowance.paid or self._left):
            try:
                async with asyncio.timeout(_PRESSED if allowance.pressed else _QUIET):
                    await self._news.wait()
            except TimeoutError:
                return
        await asyncio.sleep(_GATHER)

    @property
    def _left(self) -> bool:
        return self._leaving is not None and self._leaving.done()

    def _tell(self, event: Event) -> None:
        if isinstance(event, SessionFailed):
            event = SessionFailed(event.session, plain(event.error))
        self._events.append(event)

    def _report(self) -> Report:
        if not hasattr(self, "_allowance"):
            return Report(problem=self._problem)
        allowance = self._allowance
        if wire.within():
            self._share = self._told
        report = Report(
            events=tuple(self._events),
            ended=tuple(self._ended),
            wanted=tuple(allowance.wanted),
            paid=tuple(allowance.paid),
            problem=self._problem,
            lost=self._lost,
            share=self._share,
            left=self._left,
        )
        self._told_problem = self._problem is not None
        for heard in (self._events, self._ended, allowance.wanted, allowance.paid):
            heard.clear()
        return report

    async def _listen(self) -> None:
        """Takes this worker for cut off once no turn has come for long."""
        silence, loop = self._brief.silence, asyncio.get_running_loop()
        while loop.time() - self._heard < silence:
            await asyncio.sleep(min(1.0, silence / 4))
        self._lost = f"no turn came for {silence:g} s"
        self._leaving = self._leaving or asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        """Let asks under way come home, then put everything away."""
        self._gate.close(Interrupted("stopped."))
        if not self._lost:
            await self._gate.emptied(self._brief.grace)
        self._watch.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._said(self._writer.close())
        await self._stack.aclose()
        self._news.set()
