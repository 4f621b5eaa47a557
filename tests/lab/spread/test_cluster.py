"""Runs on a real Ray cluster, several raylets on this machine, with a real PostgreSQL."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import select

from homophily.errors import BudgetReached, UsageError
from homophily.lab import Budget, Run, Status, answers, create, load_design, run, spread
from homophily.lab.events import Event, SessionFinished, WorkerLost
from homophily.lab.runner import play
from homophily.records.database import connect
from homophily.records.schema import workers
from tests.lab import small
from tests.lab.small import ASKS, ENVIRONMENT, Small, study
from tests.lab.test_kills import told
from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import honest
from tests.tools.raylets import Raylets


class Watched:
    """What a run has told, and what is done when so many of its sessions are finished."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.finished = 0
        self.lost: list[WorkerLost] = []

    def __call__(self, event: Event) -> None:
        self.finished += isinstance(event, SessionFinished)
        self.lost += [event] if isinstance(event, WorkerLost) else []

    async def at(self, finished: int) -> None:
        async with asyncio.timeout(180):
            while self.finished < finished:
                await asyncio.sleep(0.02)

    async def pids(self, least: int = 1) -> list[int]:
        """Processes of the workers on the roll, the oldest first, once there are so many."""
        engine = await connect(self.url, create=True)
        async with asyncio.timeout(180):
            while True:
                async with engine.connect() as connection:
                    rows = await connection.execute(select(workers.c.node).order_by(workers.c.since))
                    found = [int(node.rsplit(" ", 1)[1]) for (node,) in rows]
                if len(found) >= least:
                    await engine.dispose()
                    return found
                await asyncio.sleep(0.05)


def late(seconds: float) -> ChatServer:
    """A server that takes its time with completions, and alone counts these as under way."""
    return ChatServer(lambda body, nth: replace(honest(body), delay=seconds))


def asked(server: ChatServer, pairs: int, **settings: Any) -> Small:
    """A design whose respondent is the server."""
    chat = {"kind": "chat", "url": server.url, "model": "test-model", **settings}
    return Small(pairs=pairs, respondents={"synthetic": chat})


Meddling = Callable[[Watched, ChatServer], Awaitable[None]]


def spread_out(
    begun: Run, design: Small, server: ChatServer, cluster: Raylets, meddle: Meddling | None, **terms: Any
) -> Awaitable[tuple[Status, Watched]]:
    async def go() -> tuple[Status, Watched]:
        watched = Watched(begun.store)
        playing = asyncio.create_task(
            spread.play(begun, study, design, address=cluster.address, observers=[watched], **terms)
        )
        meddling = asyncio.create_task(meddle(watched, server)) if meddle else None
        try:
            return await playing, watched
        finally:
            if meddling is not None:
                await meddling

    return go()


def test_the_tables_of_a_cluster_are_those_of_one_process(
    tmp_path: Path, postgres: str, cluster: Raylets
) -> None:
    few = {"pairs.n": 6, "agents": 6, "dialogue.utterances": 2, "dialogue.topics": ["move"]}
    dyads, design = load_design("dyads", {**few, "values.instrument": ""})
    alone = run(dyads, design, root=tmp_path / "alone")
    apart = create(dyads, design, root=tmp_path / "apart", store=postgres)
    done = asyncio.run(spread.play(apart, dyads, design, address=cluster.address))
    assert (done.finished, done.sessions) == (12, 12)
    one, other = answers(alone), answers(apart)
    pd.testing.assert_frame_equal(told(one), told(other))
    for name, table in dyads.tables(one, design).items():
        assert _csv(table) == _csv(dyads.tables(other, design)[name]), name


def _csv(table: pd.DataFrame) -> bytes:
    return table.drop(columns=["run", "time", "seconds"], errors="ignore").to_csv(index=False).encode()


def test_workers_and_nodes_may_die_freeze_and_join_and_nothing_is_lost_or_doubled(
    tmp_path: Path, postgres: str, cluster: Raylets
) -> None:
    pairs, once = 120, 24

    async def meddle(watched: Watched, server: ChatServer) -> None:
        first, second = (await watched.pids(2))[:2]
        await watched.at(10)
        os.kill(first, signal.SIGKILL)
        await watched.at(30)
        os.kill(second, signal.SIGSTOP)  # to the others it is gone, but it is not
        cluster.add()
        await _until(lambda: len(watched.lost) >= 2)
        os.kill(second, signal.SIGCONT)
        await watched.at(60)
        server.latency = 1.0  # what is left must outlast the finding out
        cluster.kill((await watched.pids())[0])
        await _until(lambda: len(watched.lost) >= 3)
        server.latency = 0.1

    async def go() -> tuple[Status, Watched, pd.DataFrame, Run, int]:
        async with serving(ChatServer(latency=0.1)) as server:
            design = asked(server, pairs)
            begun = create(study, design, root=tmp_path / "apart", store=postgres)
            done, watched = await spread_out(
                begun, design, server, cluster, meddle, concurrency=once, silence=3.0
            )
            count = server.count
            server.latency = 0.0
            alone = create(study, design, root=tmp_path / "alone")
            await play(alone, study, design)
            return done, watched, answers(alone), begun, count

    done, watched, undisturbed, begun, count = asyncio.run(go())
    assert done.complete
    assert done.answers == pairs * ASKS
    pd.testing.assert_frame_equal(told(answers(begun)), told(undisturbed))
    assert (
        pairs * ASKS < count <= pairs * ASKS + len(watched.lost) * once
    )  # repeated: only what was in flight
    assert asyncio.run(_rolled(postgres)) == []


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(180):
        while not holds():
            await asyncio.sleep(0.05)


async def _rolled(url: str) -> list[Any]:
    engine = await connect(url)
    async with engine.connect() as connection:
        found = list(await connection.execute(select(workers)))
    await engine.dispose()
    return found


def test_limits_hold_for_all_workers_together(tmp_path: Path, postgres: str, cluster: Raylets) -> None:
    async def go() -> tuple[Run, int, int]:
        async with serving(late(0.05)) as server:
            design = asked(server, 20, concurrency=5).model_copy(update={"budget": Budget(asks=90)})
            begun = create(study, design, root=tmp_path, store=postgres)
            with pytest.raises(BudgetReached, match="90 asks"):
                await spread_out(begun, design, server, cluster, None)
            spent = server.count
            larger = design.model_copy(update={"budget": Budget()})
            done, _ = await spread_out(begun, larger, server, cluster, None)
            assert done.complete
            return begun, spent, server.at_once

    begun, spent, at_once = asyncio.run(go())
    assert spent == 90
    assert len(answers(begun)) == 20 * ASKS
    assert at_once == 5


DESIGN = """study = "mine.py"
pairs = 60
[respondents.synthetic]
kind = "chat"
url = "{url}"
model = "test-model"
key_env = "HOMOPHILY_TEST_KEY"
"""


async def command(
    folder: Path, *words: str, meanwhile: Callable[[Any], Awaitable[None]] | None = None
) -> Any:
    """A command in a process of its own: its exit code, what it prints and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "homophily", *words),
        cwd=folder,
        env={**ENVIRONMENT, "HOMOPHILY_TEST_KEY": "sk-sesame-key"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    if meanwhile is not None:
        await meanwhile(process)
    printed, said = await process.communicate()
    return process.returncode, printed.decode(), said.decode()


def test_ctrl_c_stops_cleanly_and_the_run_goes_on_its_secrets_written_nowhere(
    tmp_path: Path, postgres: str, cluster: Raylets
) -> None:
    store = postgres.replace("homophily@", "homophily:sesame-word@")

    async def go() -> None:
        async with serving(ChatServer(latency=0.2)) as server:
            (tmp_path / "design.toml").write_text(DESIGN.format(url=server.url), encoding="utf-8")
            shutil.copy(small.__file__, tmp_path / "mine.py")

            async def told_meanwhile() -> Any:
                return json.loads((await command(tmp_path, "status", "--json"))[1])[0]

            async def interrupt(process: Any) -> None:
                await _until(lambda: server.count > 60)
                assert 0 < (await told_meanwhile())["answers"] < 60 * ASKS
                process.send_signal(signal.SIGINT)

            async def kill(process: Any) -> None:
                os.kill((await Watched(postgres).pids())[0], signal.SIGKILL)

            words = ("run", "design.toml", "--ray", cluster.address, "--store", store, "--no-report")
            code, _, said = await command(tmp_path, *words, meanwhile=interrupt)
            assert code == 130, said
            assert "Traceback" not in said
            assert "goes on" in said.splitlines()[-1]
            stopped = await told_meanwhile()
            assert stopped["answers"] == server.count  # all that was under way came home
            assert "Bearer sk-sesame-key" in server.headers
            words = ("resume", stopped["run"], "--ray", cluster.address, "--no-report", "--json", "--quiet")
            code, printed, said = await command(tmp_path, *words, meanwhile=kill)
            assert (code, said) == (0, "")
            assert json.loads(printed)["answers"] == 60 * ASKS

    asyncio.run(go())
    for folder in (cluster.folder, tmp_path):
        for file in folder.rglob("*"):
            assert not file.is_file() or b"sesame" not in file.read_bytes(), file


def test_what_cannot_be_played_is_said_in_one_line(tmp_path: Path, postgres: str, cluster: Raylets) -> None:
    begun = create(study, Small(), root=tmp_path)
    with pytest.raises(UsageError, match="start it with --store postgresql"):
        asyncio.run(spread.play(begun, study, Small(), address=cluster.address))
    moved = create(study, Small(), root=tmp_path, store=postgres)
    with pytest.raises(UsageError, match="is for Ray's client"):
        asyncio.run(spread.play(moved, study, Small(), address="ray://here:10001"))
    lost = Small(respondents={"synthetic": {"kind": "replay", "run": "nowhere"}})
    other = create(study, lost, root=tmp_path, store=postgres)
    with pytest.raises(UsageError, match=r"nowhere.*\(on .*process \d+\)"):
        asyncio.run(spread.play(other, study, lost, address=cluster.address))
