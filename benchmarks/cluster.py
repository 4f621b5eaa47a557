"""Scale-out on a real Ray cluster, several raylets on this machine, with a real PostgreSQL.

    python -m benchmarks.cluster                  throughput with 1, 2 and 4 workers, and a run under kills
    python -m benchmarks.cluster --repeats 5

Every reply takes 400 ms, and the server takes 8 requests at once for each worker, as where each brings a
model server of its own: 20 asks a second a worker are the most there can be, and the cores of one machine
are not the limit. The numbers of workers take turns within each repeat, so that a busy machine is unkind to
all of them alike. What is timed is from the first to the last recorded answer; how long it takes until the
first is given beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import os
import platform
import random
import shutil
import signal
import statistics
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from benchmarks.overhead import echo
from sqlalchemy import select
from tests.lab.small import Small, study
from tests.tools.chat_server import ChatServer, serving
from tests.tools.postgres import programs, served
from tests.tools.raylets import Raylets, raised

from homophily.lab import Event, Run, Status, answers, create, spread
from homophily.lab.events import SessionFinished, WorkerLost
from homophily.lab.runner import play
from homophily.records.database import connect
from homophily.records.schema import workers

LATENCY, AT_ONCE, PAIRS = 0.4, 8, 40
ROOT = Path(__file__).parents[1]
PATHS = os.pathsep.join((str(ROOT / "src"), str(ROOT)))


@dataclass(frozen=True, slots=True)
class Timed:
    """One run: asks, asks a second while answers came in, and seconds before the first."""

    asks: int
    rate: float
    start: float


def prepared(url: str, store: str | None, root: Path, pairs: int, at_once: int) -> tuple[Any, ...]:
    """A study of `pairs` sessions, eight asks each, put to the server at `url`."""
    chat = {"kind": "chat", "url": url, "model": "test-model", "concurrency": at_once}
    design = Small(pairs=pairs, respondents={"synthetic": chat})
    return create(study, design, root=root, store=store, fresh=True), study, design


def timed(run: Run, done: Status, began: float) -> Timed:
    assert done.complete, done
    times = answers(run)["time"].astype("datetime64[ns, UTC]")
    seconds = (times.max() - times.min()).total_seconds()
    return Timed(done.answers, (done.answers - 1) / seconds, times.min().timestamp() - began)


def throughput(raylets: Raylets, store: str, root: Path, repeats: int) -> None:
    found: dict[str, list[Timed]] = {"one process, no cluster": [], "1": [], "2": [], "4": []}
    with echo(LATENCY * 1000) as url:
        for _ in range(repeats):
            for name, times in found.items():
                wide = int(name) if name.isdigit() else 1
                what = prepared(url, store, root, PAIRS * wide, AT_ONCE * wide)
                began = time.time()
                if name.isdigit():
                    playing = spread.play(
                        *what, address=raylets.address, workers=wide, concurrency=AT_ONCE * wide
                    )
                else:
                    playing = play(*what, concurrency=AT_ONCE)
                times.append(timed(what[0], asyncio.run(playing), began))
    print("| workers | asks | asks/s | range | of one worker (range) | of the most possible | first answer |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, times in found.items():
        rates = [each.rate for each in times]
        ratios = [each.rate / one.rate for each, one in zip(times, found["1"], strict=True)]
        most = AT_ONCE / LATENCY * (int(name) if name.isdigit() else 1)
        median = statistics.median(rates)
        share = f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"
        cells = (name, times[0].asks, f"{median:.0f}", f"{min(rates):.0f}–{max(rates):.0f}", share)
        start = statistics.median(each.start for each in times)
        print("|", *(f"{cell} |" for cell in (*cells, f"{median / most:.0%}", f"{start:.1f} s")))


class Chaos:
    """Kills a worker whenever so many more sessions are finished, and once a whole node."""

    def __init__(self, raylets: Raylets, store: str, every: int) -> None:
        self.raylets, self.store, self.every = raylets, store, every
        self.finished = self.killed = 0
        self.lost: list[WorkerLost] = []

    def __call__(self, event: Event) -> None:
        """Hear of one event."""
        self.finished += isinstance(event, SessionFinished)
        self.lost += [event] if isinstance(event, WorkerLost) else []

    async def reign(self) -> None:
        """Kill until cancelled."""
        chance, engine = random.Random(1), await connect(self.store)
        while True:
            await asyncio.sleep(0.05)
            if self.finished < (self.killed + 1) * self.every:
                continue
            self.killed += 1
            if self.killed == 3:
                self.raylets.add()
                self.raylets.kill()
                continue
            async with engine.connect() as connection:
                places = sorted((await connection.execute(select(workers.c.node))).scalars())
            if places:
                with suppress(ProcessLookupError):
                    os.kill(int(chance.choice(places).rsplit(" ", 1)[1]), signal.SIGKILL)


async def chaos(raylets: Raylets, store: str, root: Path) -> None:
    pairs, wide = 480, 4
    async with serving(ChatServer(latency=LATENCY)) as server:
        run, _, design = prepared(server.url, store, root, pairs, AT_ONCE * wide)
        watching = Chaos(raylets, store, every=40)
        reigning, began = asyncio.create_task(watching.reign()), time.monotonic()
        done = await spread.play(
            run, study, design, address=raylets.address, observers=[watching], concurrency=AT_ONCE * wide
        )
        took, put = time.monotonic() - began, server.count
        reigning.cancel()
        server.latency = 0.0
        alone, *_ = prepared(server.url, None, root, pairs, AT_ONCE * wide)
        await play(alone, study, design)
    same = told(answers(run)).equals(told(answers(alone)))
    print(f"\nkilled: {watching.killed} times, of these one whole node, every 40 of {pairs} sessions")
    again = sum(event.sessions for event in watching.lost)
    print(f"workers lost: {len(watching.lost)}, sessions handed out again: {again}")
    print(f"asks recorded: {done.answers}, put to the server: {put} ({put / done.answers - 1:.2%} twice)")
    print(f"all sessions finished: {done.complete}, data as of an undisturbed run: {same}")
    least = done.answers * LATENCY / AT_ONCE / wide
    print(f"it took {took:.0f} s; undisturbed and without any overhead it would take {least:.0f} s")


def told(table: pd.DataFrame) -> pd.DataFrame:
    kept = table.drop(columns=["run", "time", "seconds"]).sort_values(["session", "seat", "path"])
    return kept.reset_index(drop=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    installed, root = programs(), Path(tempfile.mkdtemp(prefix="homophily-cluster-"))
    if installed is None:
        raise SystemExit("PostgreSQL is not installed: nothing can be measured")
    packages = ("ray", "asyncpg", "sqlalchemy", "httpx2", "homophily")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages[:-1]))
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    try:
        with served(installed) as url, raised(PATHS, join=False) as raylets:
            raylets.add()
            throughput(raylets, url + "postgres", root, given.repeats)
            asyncio.run(chaos(raylets, url + "postgres", root))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    print(f"load at the end {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
