"""The runner: plays a run's sessions concurrently, each ask durable, and stops cleanly."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from homophily.asks import Respondent
from homophily.errors import HomophilyError, ProtocolError, RespondentError
from homophily.lab import reasons
from homophily.lab.cache import Cache
from homophily.lab.design import Design
from homophily.lab.events import Event, Observer, RunStarted, RunStopping
from homophily.lab.gate import Gate
from homophily.lab.keeper import House
from homophily.lab.lock import locked
from homophily.lab.performing import perform
from homophily.lab.purse import Purse, Spent
from homophily.lab.runs import Run, Status, status
from homophily.lab.seating import ready, remembering, survey
from homophily.lab.session import Session
from homophily.lab.signals import heard
from homophily.lab.store import Store
from homophily.lab.study import Study
from homophily.lab.writer import Writer
from homophily.records import totals

__all__ = ["play"]


async def play(
    run: Run,
    study: Study,
    design: Design,
    *,
    respondents: Mapping[str, Respondent] | None = None,
    observers: Sequence[Observer] = (),
    cache: Path | None = None,
    concurrency: int = 256,
    patience: int = 10,
    grace: float = 30.0,
    durable: bool = True,
) -> Status:
    """Play a run from where it is to its end.

    Args:
        run: From `homophily.lab.runs.create`.
        study: What is played.
        design: The run's design.
        respondents: Instead of those of the design, by the same names.
        observers: Hear of every event.
        cache: File of the response cache; none by default. A fresh run only fills it.
        concurrency: Sessions under way at once; above the endpoints' own limits, so that these stay busy
            while answers are being recorded.
        patience: Sessions that may fail in a row before the run stops.
        grace: Seconds that asks under way are given to come home when the run is stopped.
        durable: Whether a recorded answer outlasts a power cut as well as a killed process.

    Returns:
        How far the run has come: complete, or with failed sessions that resuming tries again.

    Raises:
        Interrupted: Ctrl-C or SIGTERM; a second one gives up the asks under way.
        BudgetReached: A limit of the design is spent.
        RespondentError: `patience` sessions failed in a row.
        ProtocolError: A fault of the study.
        DataError: The store takes no more.
    """
    total = survey(study, design)
    with locked(run.folder):
        async with AsyncExitStack() as stack:
            seats = await ready(design, respondents, stack)
            purse = Purse(design.budget, Spent(), seats)
            if cache is not None and any(hasattr(seated, "cache_key") for seated in seats.values()):
                seats = remembering(seats, Cache(cache, fresh=run.fresh), stack)
            store = await Store.open(run.store, durable=durable)
            stack.push_async_callback(store.close)
            await store.begin(run.name, study.name, run.design, total, time.time())
            performance = _Performance(run, study, design, store, observers, patience)
            await performance.play(seats, purse, total, concurrency, grace)
        return await status(run)


class _Performance:
    """One process's part in a run."""

    def __init__(
        self,
        run: Run,
        study: Study,
        design: Design,
        store: Store,
        observers: Sequence[Observer],
        patience: int,
    ) -> None:
        self._run, self._study, self._design, self._store = run, study, design, store
        self._observers = observers
        self._patience = patience
        self._gate = Gate()
        self._failures = 0
        self._states: dict[str, str] = {}

    async def play(
        self, seats: Mapping[str, Respondent], purse: Purse, total: int, concurrency: int, grace: float
    ) -> None:
        self._states = await self._store.sessions(self._run.name)
        sums = await totals.of_engine(self._store.engine, self._run.name)
        purse.spent = Spent(sums["asks"], sums["tokens"], sums["cost"])
        writer = Writer(self._store)
        house = House(self._run.name, seats, writer, purse, self._gate, self._tell)
        finished = sum(state == "finished" for state in self._states.values())
        self._tell(RunStarted(self._run.name, total, finished))
        source = self._unfinished()
        with heard(self._interrupt):
            workers = [asyncio.create_task(self._work(source, house)) for _ in range(min(concurrency, total))]
            stopped = asyncio.create_task(self._gate.emptied(grace))
            ended = asyncio.gather(*workers, return_exceptions=True)
            await asyncio.wait((ended, stopped), return_when=asyncio.FIRST_COMPLETED)
            for task in (stopped, *workers):
                task.cancel()
            await asyncio.gather(stopped, ended, return_exceptions=True)
            await writer.close()
        if self._gate.reason is not None:
            raise self._gate.reason

    def _unfinished(self) -> Iterator[Session]:
        for session in self._study.sessions(self._design):
            if self._states.get(session.id) != "finished":
                yield session

    async def _work(self, source: Iterator[Session], house: House) -> None:
        """Plays session after session; many such workers share one source, so none waits for another's."""
        for session in source:
            if self._gate.reason is not None:
                return
            try:
                await self._session(session, house)
            except HomophilyError as error:
                self._stop(error)
            except Exception as error:
                self._stop(ProtocolError(f"session {session.id!r}: {type(error).__name__}: {error}."))

    async def _session(self, session: Session, house: House) -> None:
        begun = self._states.pop(session.id, None) is not None
        try:
            await perform(self._study, self._design, session, house, self._store.engine if begun else None)
        except RespondentError as error:
            self._failed(error)
        else:
            self._failures = 0

    def _failed(self, error: RespondentError) -> None:
        self._failures += 1
        if self._failures >= self._patience:
            self._stop(reasons.failed(self._failures, error))

    def _interrupt(self) -> None:
        self._stop(reasons.interrupted())

    def _stop(self, reason: HomophilyError) -> None:
        first = self._gate.reason is None
        self._gate.close(reason)
        if first:
            self._tell(RunStopping(reason))

    def _tell(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)
