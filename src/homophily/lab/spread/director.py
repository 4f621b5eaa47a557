"""The director: hands a run's sessions out to the workers of a cluster until all are played."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import homophily
from homophily.errors import HomophilyError, UsageError
from homophily.lab.events import (
    Event,
    Observer,
    RunStarted,
    Staffed,
    WorkerLost,
)
from homophily.lab.purse import Purse
from homophily.lab.runs import Run
from homophily.lab.signals import heard
from homophily.lab.spread.backlog import Backlog
from homophily.lab.spread.files import gather, secrets
from homophily.lab.spread.hands import Cluster, Lost
from homophily.lab.spread.member import Member
from homophily.lab.spread.patience import Patience
from homophily.lab.spread.roll import Roll
from homophily.lab.spread.treasury import Treasury
from homophily.lab.spread.turns import Brief, Orders, Report, plain

__all__ = ["Director", "Terms"]

#: Seconds that a worker may take to load what it plays with.
_LOADING = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a run is spread.

    Attributes:
        workers: Workers at most; None for one a core of the cluster, as it grows and shrinks.
        useful: Workers at most that can be of use, by the endpoints' own limits.
        concurrency: Sessions under way at once, on all workers together.
        patience: Sessions that may fail, or workers that may be lost, in a row before the run stops.
        grace: Seconds that asks under way are given to come home when the run is stopped.
        silence: Seconds after which a worker that is not heard of is taken for lost.
    """

    workers: int | None
    useful: int
    concurrency: int
    patience: int
    grace: float
    silence: float


class Director:
    """Directs one run.

    Args:
        run: What is played.
        cluster: Where.
        roll: Who may write.
        purse: Keeps to the budget.
        backlog: What is left to be played.
        terms: How it is spread.
        observers: Hear of every event.
    """

    def __init__(
        self,
        run: Run,
        cluster: Cluster,
        roll: Roll,
        purse: Purse,
        backlog: Backlog,
        terms: Terms,
        observers: Sequence[Observer],
    ) -> None:
        self._run, self._cluster, self._roll = run, cluster, roll
        self._backlog, self._terms, self._observers = backlog, terms, observers
        self._patience = Patience(terms.patience, self._tell)
        self._treasury = Treasury(purse, self._patience.stop)
        self._secrets = secrets(run.design)
        self._crew: dict[str, Member] = {}
        self._serving: dict[asyncio.Task[None], Member] = {}
        self._hire_at = 0.0

    async def direct(self, total: int) -> None:
        """Play the run to its end.

        Raises:
            HomophilyError: Why it stopped before.
        """
        self._files = self._cluster.keep(gather(self._run.source, self._run.design))
        self._tell(RunStarted(self._run.name, total, self._backlog.finished))
        self._tell(Staffed(0))
        with heard(self._patience.interrupt):
            await self._staff()
        if self._patience.reason is not None:
            raise self._patience.reason

    async def _staff(self) -> None:
        """Keeps as many workers at work as are allowed and of use."""
        while True:
            over = self._patience.reason is not None or not self._backlog.left
            if not over:
                for _ in range(await self._wanted() - len(self._serving)):
                    member = Member(self._cluster.hire())
                    self._serving[asyncio.create_task(self._serve(member))] = member
            else:
                for task, member in self._serving.items():
                    if member.name not in self._crew and not member.leaving:
                        member.leaving = True
                        task.cancel()  # it waits for a machine, or loads what is not needed any more
            if not self._serving:
                if over:
                    return
                await asyncio.sleep(0.1)
                continue
            done, _ = await asyncio.wait(self._serving, timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self._serving[task]
                if not task.cancelled():
                    task.result()

    async def _wanted(self) -> int:
        if self._backlog.empty or time.monotonic() < self._hire_at:
            return 0
        terms = self._terms
        most = terms.workers or max(1, await self._cluster.cores())
        return min(most, terms.useful, terms.concurrency, self._backlog.left)

    async def _serve(self, member: Member) -> None:
        """One worker's time, from its hiring to its end."""
        try:
            try:
                await self._admit(member)
                while not await self._turn(member):
                    pass
            except Lost as lost:
                await self._lose(member, str(lost))
            else:
                del self._crew[member.name]
                self._tell(Staffed(len(self._crew)))
        except HomophilyError as error:
            self._patience.stop(error)
        finally:
            member.hand.dismiss()
            self._crew.pop(member.name, None)
            for waiting in member.asking.values():
                waiting.cancel()
            with suppress(HomophilyError):
                await self._roll.strike(member.name)

    async def _admit(self, member: Member) -> None:
        try:
            place = await member.hand.placed()
        except Lost as lost:
            if lost.unfit and not self._crew:
                raise UsageError(
                    f"a worker cannot start on the cluster ({lost}): install the same homophily[cluster] on "
                    "every machine."
                ) from lost
            raise
        member.place = place
        await self._roll.enter(member.name, place)
        brief = Brief(
            worker=member.name,
            run=self._run.name,
            source=self._run.source,
            design=self._run.design,
            store=self._run.store,
            version=homophily.__version__,
            silence=self._terms.silence,
            grace=self._terms.grace,
        )
        report = await member.hand.begin(brief, self._files, self._secrets, _LOADING)
        if report.problem is not None:
            if self._crew:  # one machine that lacks something does not stop the others
                raise Lost(str(report.problem))
            raise plain(report.problem, f"on {place}")
        self._crew[member.name] = member
        self._tell(Staffed(len(self._crew)))

    async def _turn(self, member: Member) -> bool:
        """Give orders and hear the report; whether the worker has left."""
        shares = {name: (part, len(self._crew)) for part, name in enumerate(self._crew)}
        member.seated = member.seated or all(
            other.told == other.share == shares[name] for name, other in self._crew.items() if other.seated
        )
        stopping = self._patience.reason is not None
        room = self._room(member) if member.seated and not (member.leaving or stopping) else 0
        taken = self._backlog.take(room)
        member.holding |= {session.id: session for session, _ in taken}
        member.leaving |= stopping or (not member.holding and self._backlog.empty)
        orders = Orders(
            sessions=taken,
            share=shares[member.name],
            granted=tuple(member.granted),
            stop=member.leaving,
            abandon=self._patience.abandon,
        )
        member.granted.clear()
        member.told = orders.share
        report = await member.hand.turn(orders, self._terms.silence)
        member.share = report.share
        await self._hear(member, report)
        return report.left or self._patience.spent

    def _room(self, member: Member) -> int:
        """How many more sessions a worker gets: its part of those at once, and near the end of those left."""
        under_way = sum(len(each.holding) for each in self._crew.values())
        part = math.ceil(self._terms.concurrency / len(self._crew))
        rest = math.ceil(self._backlog.left / len(self._serving))
        return min(min(part, rest) - len(member.holding), self._terms.concurrency - under_way)

    async def _hear(self, member: Member, report: Report) -> None:
        for event in report.events:
            self._tell(event)
            self._patience.hear(event)
        for session in report.ended:
            del member.holding[session]
            self._backlog.left -= 1
        await self._treasury.hear(member, report)
        if report.problem is not None:
            self._patience.stop(plain(report.problem, f"on {member.place}"))
        if report.lost:
            raise Lost(report.lost)

    async def _lose(self, member: Member, why: str) -> None:
        """Strike a worker off, then take back what it held: in this order, nothing is written twice."""
        member.leaving = True
        self._crew.pop(member.name, None)
        await self._roll.strike(member.name)
        await self._treasury.write_off(member)
        self._backlog.give_back(member.holding.values())
        self._tell(WorkerLost(member.place, why, len(member.holding)))
        self._tell(Staffed(len(self._crew)))
        self._hire_at = time.monotonic() + self._patience.lost(why)

    def _tell(self, event: Event) -> None:
        for observer in self._observers:
            observer(event)
