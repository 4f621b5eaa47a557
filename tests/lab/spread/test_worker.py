"""Workers, each in this process, with a real PostgreSQL: what they report, and what the cut off cannot do."""

import asyncio
import pickle
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import homophily
from homophily import catalogue
from homophily.errors import RespondentError, UnknownName, UsageError
from homophily.lab import Run, answers, create, load_design
from homophily.lab.events import Answered, SessionFailed, SessionFinished
from homophily.lab.runner import play
from homophily.lab.spread.roll import Roll
from homophily.lab.spread.turns import Brief, Orders, Report, plain
from homophily.lab.spread.worker import Worker
from homophily.lab.store import Store
from homophily.wire import Rejected, share
from tests.lab.small import ASKS, Small, sessions, study
from tests.lab.spread.test_cluster import asked, late
from tests.lab.test_kills import told
from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import Reaction, completion

PAIRS = 6
SMALL = Path(__file__).parents[1] / "small.py"


class Desk:
    """A director's desk: the store, the roll, and workers one by one."""

    def __init__(self, begun: Run, store: Store) -> None:
        self.run, self.store = begun, store
        self.roll = Roll(store.engine, store.url, begun.name)

    async def worker(self, name: str, **more: object) -> Worker:
        await self.roll.enter(name, "here")
        brief = Brief(
            worker=name,
            run=self.run.name,
            source=str(SMALL),
            design=self.run.design,
            store=self.run.store,
            version=homophily.__version__,
            silence=30.0,
            grace=5.0,
        )
        worker = Worker()
        self.begun = await worker.begin(replace(brief, **more))  # type: ignore[arg-type]
        return worker


def at_a_desk(
    tmp_path: Path,
    url: str,
    server: ChatServer,
    check: Callable[[Desk, Small], Awaitable[None]],
    **settings: object,
) -> None:
    async def main() -> None:
        async with serving(server):
            design = asked(server, PAIRS, **settings)
            begun = create(study, design, root=tmp_path / "apart", store=url)
            store = await Store.open(url)
            await store.begin(begun.name, "small", begun.design, PAIRS, 0.0)
            try:
                await check(Desk(begun, store), design)
            finally:
                await store.close()
                share(0, 1)

    asyncio.run(main())


async def to_the_end(worker: Worker, orders: Orders) -> list[Report]:
    reports = [await worker.turn(orders)]
    while sum(len(report.ended) for report in reports) < len(orders.sessions):
        reports.append(await worker.turn(Orders()))
        assert reports[-1].problem is None
    return reports


async def leave(worker: Worker) -> Report:
    while not (report := await worker.turn(Orders(stop=True))).left:
        pass
    return report


def test_a_worker_plays_what_it_is_handed_and_tells_all_of_it(tmp_path: Path, postgres: str) -> None:
    async def check(desk: Desk, design: Small) -> None:
        worker = await desk.worker("w")
        assert desk.begun.problem is None
        handed = tuple((session, False) for session in sessions(design))
        reports = await to_the_end(worker, Orders(sessions=handed))
        events = [event for report in reports for event in report.events]
        assert sum(isinstance(event, SessionFinished) for event in events) == PAIRS
        assert sum(isinstance(event, Answered) for event in events) == PAIRS * ASKS
        assert set((await desk.store.sessions(desk.run.name)).values()) == {"finished"}
        assert (await leave(worker)).problem is None

    at_a_desk(tmp_path, postgres, ChatServer(), check)


def test_one_that_comes_back_from_the_dead_changes_nothing(tmp_path: Path, postgres: str) -> None:
    """Struck off while its asks are under way, it gets its answers, and none of them is recorded."""
    server = late(0.4)

    async def check(desk: Desk, design: Small) -> None:
        ghost, heir = await desk.worker("ghost"), await desk.worker("heir")
        handed = tuple((session, False) for session in sessions(design))
        await ghost.turn(Orders(sessions=handed))
        while server.count < len(handed):
            await asyncio.sleep(0.01)
        await desk.roll.strike("ghost")
        server.react = None
        again = tuple((session, True) for session, _ in handed)
        await to_the_end(heir, Orders(sessions=again))
        written = answers(desk.run)
        await asyncio.sleep(0.5)  # the ghost's answers come home
        report = await leave(ghost)
        assert isinstance(report.problem, UsageError)
        assert "off the roll" in str(report.problem)
        assert report.ended == ()
        pd.testing.assert_frame_equal(answers(desk.run), written)
        assert set((await desk.store.sessions(desk.run.name)).values()) == {"finished"}
        await leave(heir)
        alone = create(study, design, root=tmp_path / "alone")
        await play(alone, study, design)
        pd.testing.assert_frame_equal(told(written), told(answers(alone)))

    at_a_desk(tmp_path, postgres, server, check)


def test_two_at_one_session_agree_on_every_answer(tmp_path: Path, postgres: str) -> None:
    """Even where nobody is struck off, an answer is recorded once and both go on from it."""
    said = iter(range(10_000))
    fickle = ChatServer(lambda body, nth: Reaction(completion(f"I say {next(said)}.")[0]))

    async def check(desk: Desk, design: Small) -> None:
        both = [await desk.worker(name) for name in ("one", "other")]
        handed = tuple((session, False) for session in sessions(design))
        ends = await asyncio.gather(*(to_the_end(worker, Orders(sessions=handed)) for worker in both))
        heard = [
            {
                (e.session, e.seat, e.path): e.answer.value
                for r in end
                for e in r.events
                if isinstance(e, Answered)
            }
            for end in ends
        ]
        assert heard[0] == heard[1]
        assert len(heard[0]) == PAIRS * ASKS == len(answers(desk.run))
        for worker in both:
            await leave(worker)

    at_a_desk(tmp_path, postgres, fickle, check)


def test_a_worker_that_no_turn_reaches_asks_no_more(tmp_path: Path, postgres: str) -> None:
    server = late(0.2)

    async def check(desk: Desk, design: Small) -> None:
        worker = await desk.worker("w", silence=0.5)
        await worker.turn(Orders(sessions=tuple((session, False) for session in sessions(design))))
        await asyncio.sleep(1.5)
        count = server.count
        assert PAIRS <= count < PAIRS * ASKS
        await asyncio.sleep(0.5)
        assert server.count == count
        report = await worker.turn(Orders())
        assert report.lost == "no turn came for 0.5 s"

    at_a_desk(tmp_path, postgres, server, check)


def test_failed_sessions_are_told_and_kept_as_failed(tmp_path: Path, postgres: str) -> None:
    server = ChatServer()

    async def check(desk: Desk, design: Small) -> None:
        worker = await desk.worker("w")
        server.react = lambda body, nth: Reaction(b"", delay=5.0)
        handed = tuple((session, False) for session in sessions(design))
        reports = await to_the_end(worker, Orders(sessions=handed))
        failed = [event for report in reports for event in report.events if isinstance(event, SessionFailed)]
        assert len(failed) == PAIRS
        assert all(type(event.error) is RespondentError for event in failed)
        assert set((await desk.store.sessions(desk.run.name)).values()) == {"failed"}
        await leave(worker)

    at_a_desk(tmp_path, postgres, server, check, attempts=1, timeout=0.2)


def test_what_keeps_a_worker_from_playing_is_said_at_once(tmp_path: Path, postgres: str) -> None:
    async def check(desk: Desk, design: Small) -> None:
        await desk.worker("old", version="0.0.0")
        assert "install the same on all machines" in str(desk.begun.problem)
        await desk.worker("w")
        assert isinstance(desk.begun.problem, UsageError)
        assert "HOMOPHILY_NO_SUCH_KEY" in str(desk.begun.problem)

    at_a_desk(tmp_path, postgres, ChatServer(), check, key_env="HOMOPHILY_NO_SUCH_KEY")


def test_errors_travel_as_members_of_the_tree() -> None:
    rejected = plain(Rejected("no such model", 404), "on node 7")
    assert type(rejected) is RespondentError
    assert str(rejected) == "no such model (on node 7)"
    assert type(plain(UnknownName("seat", "an", ["ann"]))) is UsageError


@pytest.mark.parametrize("name", catalogue.names("studies"))
def test_the_sessions_of_every_study_can_be_sent(name: str) -> None:
    shipped, design = load_design(name)
    first = next(iter(shipped.sessions(design)))
    sent = pickle.loads(pickle.dumps(Orders(sessions=((first, False),))))
    assert sent.sessions == ((first, False),)
