"""Participants' pages: one flow and one walker, at `homophily host` and at oTree's prodserver in turns."""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import uuid
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from benchmarks._grid import grid
from benchmarks.peers._sites import Here, Kept, Otree, Site
from benchmarks.peers._spread import spread
from benchmarks.peers._walker import Seen, walk

OURS, THEIRS = "homophily", "oTree"


@dataclass(frozen=True)
class Told:
    """What one measurement of one server found."""

    seen: Seen
    ended: int
    kept: int
    sent: int
    cpu: float
    peak: float


@dataclass(frozen=True)
class Pace:
    """How walkers go.

    Attributes:
        name: In the report.
        at_once: Walkers under way at most.
        faster: Than people, who take 2 s a page and 4 s a question, times a lognormal factor; 0 for no pause.
        arriving: Seconds over which they arrive.
    """

    name: str
    at_once: int
    faster: float
    arriving: float


async def crowd(site: Site, people: int, pace: Pace) -> Seen:
    """All walkers, each from its link to its end."""
    seen, chance, limit = Seen(), random.Random(1), asyncio.Semaphore(pace.at_once)

    async def pause(questions: int) -> None:
        if pace.faster:
            human = (2 + 4 * questions) * chance.lognormvariate(0, 0.5)
            await asyncio.sleep(human / pace.faster)

    async def one(number: int) -> None:
        await asyncio.sleep(chance.uniform(0, pace.arriving))
        who = f"bot-{number:05}"
        async with limit:
            await walk(site.link(who), who, seen, site.names, pause)

    await asyncio.gather(*(one(number) for number in range(people)))
    return seen


def measured(site: Site, people: int, pace: Pace) -> Told:
    """One measurement, and what of all that was sent the server has kept."""
    try:
        before, _ = site.cost()
        seen = asyncio.run(crowd(site, people, pace))
        busy, peak = site.cost()
        kept = site.kept()
    finally:
        site.stop()
    sent = [(who, *pair) for who, values in seen.sent.items() for pair in values.items()]
    right = sum(_same(kept, *each) for each in sent)
    ended = sum("t0" in values for values in seen.sent.values())
    return Told(seen, ended, right, len(sent), busy - before, peak)


def _same(kept: Kept, who: str, question: str, value: str) -> bool:
    found = kept.get(who, {}).get(question, "")
    if question == "consent":
        return found in ("1", "True")
    try:
        return float(found) == float(value)
    except ValueError:
        return found == value


def opened(name: str, python: str, folder: Path, people: int, database: str) -> Site:
    """A server with nobody in it; in PostgreSQL, on a database of its own."""
    store = ""
    if database:
        new = f"peers_{uuid.uuid4().hex[:12]}"
        subprocess.run(["psql", database, "-qc", f"create database {new}"], check=True)
        store = f"{database.rpartition('/')[0]}/{new}"
    if name == THEIRS:
        return Otree(python, folder, people, store)
    return Here(folder, people, store.replace("postgresql://", "postgresql+asyncpg://"))


def rows(found: dict[tuple[str, str], list[Told]]) -> pd.DataFrame:
    """The table of one pace."""
    table = []
    for (name, database), told in found.items():
        figures = {
            f"{kind} {share} ms": spread(
                [float(np.percentile(each.seen.took[kind], int(share[1:]))) * 1000 for each in told], ".1f"
            )
            for kind in ("GET", "POST", "step")
            for share in ("p50", "p95")
        }
        table.append(
            {
                "server": f"{name}, {database}",
                **figures,
                "CPU ms a step": spread(
                    [each.cpu / len(each.seen.took["step"]) * 1000 for each in told], ".1f"
                ),
                "peak MiB": f"{median(each.peak for each in told):.0f}",
                "errors": sum(each.seen.errors for each in told),
                "at the end": f"{min(each.ended for each in told)}",
                "answers kept rightly": f"{min(each.kept / max(1, each.sent) for each in told):.0%}",
            }
        )
    return pd.DataFrame(table)


def report(python: str, given: argparse.Namespace) -> str:
    """The page's part on participants' pages."""
    parts = []
    stores = [("SQLite", ""), *([("PostgreSQL", given.postgres)] if given.postgres else [])]
    paces = (
        Pace("no pause, 16 at a time", 16, 0.0, 0.0),
        Pace("at human pace, all at once", given.people, given.faster, 30.0 / given.faster),
    )
    for pace in paces:
        found: dict[tuple[str, str], list[Told]] = defaultdict(list)
        for _ in range(given.repeats):
            for database, url in stores:
                for name in (OURS, THEIRS) if python else (OURS,):
                    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                        site = opened(name, python, Path(folder), given.people, url)
                        told = measured(site, given.people, pace)
                    found[name, database].append(told)
                    print(f"{pace.name}: {name}, {database}: {told.ended} ended", file=sys.stderr, flush=True)
        faster = f", {given.faster:g} times as fast as people" if pace.faster else ""
        parts.append(f"{given.people} participants, {pace.name}{faster}:\n\n{grid(rows(found))}")
    return "\n".join([_head(python, given), "", *parts])


def _head(python: str, given: argparse.Namespace) -> str:
    """What was compared."""
    ask = "from importlib.metadata import version; print('oTree', version('otree'), 'prodserver')"
    commands = [[python, "-c", ask]] if python else []
    if given.postgres:
        commands += [
            ["psql", given.postgres, "-Atc", "select 'PostgreSQL ' || current_setting('server_version')"]
        ]
    told = [subprocess.run(each, check=True, capture_output=True, text=True).stdout for each in commands]
    return f"{'; '.join(map(str.strip, told))}. {given.repeats} repeats in turns, medians (least–most)."
