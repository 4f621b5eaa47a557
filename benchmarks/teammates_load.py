"""Load: many participants at once at human pace, with the server killed in the middle if wished.

The server (``homophily host teammates``) and the bots are processes of their own. Each bot thinks before it
sends a page, as long as reading and answering it takes people, divided by ``--faster``: 2 s for a page and
4 s for each question, times a lognormal factor of its own. Afterwards every answer that a page acknowledged
is looked up in the store.

    python -m benchmarks.teammates_load --participants 300
    python -m benchmarks.teammates_load --participants 300 --kill
    python -m benchmarks.teammates_load --participants 300 --store postgresql+asyncpg://user@host/db
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from benchmarks import _tally
from benchmarks._grid import grid
from benchmarks._hosted import TOKEN, Hosted

from homophily.lab import answers, load_design, open_run
from homophily.respondents.volunteer import Volunteer
from homophily.web.bots import Walked, crowd

PERSON = {"respondents": {"person": {"kind": "person"}}}


async def load(server: Hosted, given: argparse.Namespace) -> tuple[list[Walked], dict[str, list[Any]]]:
    """All bots at once; requests by route with their seconds and status."""
    study, design = load_design(
        "teammates", {**PERSON, "participants": given.participants, "languages": ["en"]}
    )
    chance, seen = random.Random(1), defaultdict(list)

    async def think(page: Any) -> None:
        human = (2 + 4 * len(page)) * chance.lognormvariate(0, 0.5)
        await asyncio.sleep(human / given.faster)

    def timed(route: str, seconds: float, status: int) -> None:
        seen[route].append((seconds, status))

    async def kill() -> None:
        await asyncio.sleep(given.kill)
        await asyncio.to_thread(server.fall_over)

    killing = asyncio.create_task(kill()) if given.kill else None
    walked = await crowd(
        server.url,
        study,
        design,
        Volunteer(),
        token=TOKEN,
        participants=given.participants,
        at_once=given.participants,
        pause=think,
        timed=timed,
        patience=120,
    )
    if killing is not None:
        await killing
    return walked, seen


def lost(folder: Path, walked: list[Walked]) -> tuple[int, int]:
    """How many answers were acknowledged, and how many of them the store does not hold as sent."""
    run = open_run(next(folder.glob("teammates-*")))
    held = answers(run).set_index(["session", "seat", "path"])["value"]
    told = [(each.session, *key, given) for each in walked for key, given in each.told.items()]
    missing = 0
    for session, seat, path, given in told:
        kept = held.get((session, seat, path))
        missing += kept is None or (given.value is not None and not _same(kept, given.value))
    return len(told), missing


def _same(kept: Any, value: Any) -> bool:
    return str(kept) == str(value) or (isinstance(value, int | float) and float(kept) == value)


def table(seen: dict[str, list[Any]]) -> pd.DataFrame:
    """Milliseconds by route, redirects followed one by one."""
    rows = []
    for route, requests in sorted(seen.items()):
        took = np.array([seconds for seconds, status in requests if status]) * 1000
        codes = [status for _, status in requests]
        rows.append(
            {
                "route": route,
                "requests": len(requests),
                **{f"p{q} ms": round(float(np.percentile(took, q)), 1) for q in (50, 95, 99)},
                "errors": sum(code >= 400 for code in codes),
                "no answer": sum(code == 0 for code in codes),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--participants", type=int, default=300)
    parser.add_argument("--faster", type=float, default=10.0, help="than people")
    parser.add_argument("--kill", type=float, nargs="?", const=20.0, default=0.0, metavar="SECONDS")
    parser.add_argument("--store", default="", help="a database's URL; SQLite in the run's folder by default")
    parser.add_argument("--keep", action="store_true", help="add the table to benchmarks/results")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="homophily-load-") as name:
        settings = [f"participants={given.participants}"]
        server = Hosted("teammates", Path(name), given.participants, settings, given.store)
        began = time.monotonic()
        walked, seen = asyncio.run(load(server, given))
        took = time.monotonic() - began
        server.stop()
        told, missing = lost(Path(name), walked)
    store = "PostgreSQL" if given.store else "SQLite"
    killed = f", kill -9 after {given.kill:g} s" if given.kill else ""
    said = (
        f"{given.participants} participants at once, {given.faster:g} times as fast as people, {store}"
        f"{killed}: {sum(bool(each.code) for each in walked)} at the end after {took:.0f} s; the server took "
        f"{server.cpu:.0f} s of a processor; {told} answers acknowledged, {missing} of them lost; load of "
        f"the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores."
    )
    text = f"{said}\n\n{grid(table(seen))}"
    print(text)
    if given.keep:
        kept = _tally.RESULTS / "teammates_load.md"
        before = kept.read_text(encoding="utf-8") if kept.exists() else "# Teammates under load\n"
        kept.write_text(f"{before}\n{text}", encoding="utf-8")
    if missing:
        sys.exit(1)


if __name__ == "__main__":
    main()
