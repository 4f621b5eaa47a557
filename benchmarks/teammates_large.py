"""The researcher's pages of a study of 10,000 participants: seconds a page, and a participant's beside them.

Twenty bots really take part over HTTP in a design of so many places; their sessions and participants are then
replicated under the names of the other places. The server is started on that store, every page asked for in
turn, the overview twice more, as it refreshes itself; meanwhile somebody opens the participants' page twice a
second.

    python -m benchmarks.teammates_large
    python -m benchmarks.teammates_large --participants 1000 --keep
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sqlite3
import statistics
import tempfile
import threading
import time
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
from benchmarks import _tally
from benchmarks._grid import grid

from homophily.lab.design import Design
from homophily.lab.loading import load_design
from homophily.lab.runs import Run
from homophily.lab.study import Study
from homophily.respondents.volunteer import Volunteer
from homophily.web.bots import crowd, rehearsal

PAGES = (
    ("overview, first time", "/researcher/"),
    ("overview again", "/researcher/"),
    ("live figure", "/researcher/figure.png"),
    ("who is who", "/researcher/people"),
    ("payment list", "/researcher/payment.csv"),
    ("export page", "/researcher/export"),
    ("all tables as ZIP", "/researcher/export.zip"),
    ("overview after it", "/researcher/"),
)


def played(folder: Path, participants: int) -> tuple[Study, Design, Run]:
    """A run in which ten of the places are taken in each of two languages."""
    people = {"respondents": {"person": {"kind": "person"}}, "participants": participants // 2}
    study, design = load_design("teammates", people)
    hosted = rehearsal(study, design, Volunteer(), kind="volunteer", folder=folder)
    with hosted as (run, url, token):
        asyncio.run(crowd(url, study, design, Volunteer(), token=token, participants=10))
    return study, design, run


def replicate(study: Study, design: Design, run: Run) -> int:
    """Fill the other places; how many answers there are then."""
    with sqlite3.connect(run.folder / "answers.db") as store:
        store.execute("PRAGMA synchronous=OFF")
        taken = dict(store.execute("SELECT session, id FROM participants WHERE session IS NOT NULL"))
        free = [session.id for session in study.sessions(design) if session.id not in taken]
        for number, (name, (old, person)) in enumerate(zip(free, cycle(taken.items()))):
            for table, key in (("sessions", old), ("answers", old), ("draws", old)):
                columns = _columns(store, table)
                listed = ", ".join("?" if column == "session" else column for column in columns)
                store.execute(
                    f"INSERT INTO {table} SELECT {listed} FROM {table} WHERE session = ?", (name, key)
                )
            own = {"id": f"p{number:06}", "session": name, "pid": f"copy-{number:06}", "token_digest": None}
            columns = _columns(store, "participants")
            listed = ", ".join(f":{column}" if column in own else column for column in columns)
            query = f"INSERT INTO participants SELECT {listed} FROM participants WHERE id = :old"
            store.execute(query, {**own, "old": person})
        store.commit()
        return int(store.execute("SELECT count(*) FROM answers").fetchone()[0])


def _columns(store: sqlite3.Connection, table: str) -> list[str]:
    return [str(column[1]) for column in store.execute(f"PRAGMA table_info({table})")]


def asked(url: str, token: str) -> tuple[list[dict[str, Any]], list[float]]:
    """Seconds of each page, and of the participants' first page meanwhile."""
    beside: list[float] = []
    done = threading.Event()

    def knock() -> None:
        with httpx2.Client(timeout=600) as client:
            while not done.wait(0.5):
                began = time.perf_counter()
                client.get(f"{url}/")
                beside.append(time.perf_counter() - began)

    knocking = threading.Thread(target=knock)
    knocking.start()
    rows = []
    with httpx2.Client(timeout=600, follow_redirects=True) as client:
        client.post(f"{url}/researcher/login", data={"token": token})
        for what, path in PAGES:
            if "again" in what or "after" in what:
                time.sleep(10)  # as long as what was gathered is fresh
            began = time.perf_counter()
            reply = client.get(url + path)
            took, size = time.perf_counter() - began, len(reply.content) / 1e6
            rows.append({"page": what, "seconds": f"{took:.2f}", "MB": f"{size:.2f}", "s": reply.status_code})
            print(rows[-1], flush=True)
    done.set()
    knocking.join()
    return rows, beside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--participants", type=int, default=10_000)
    parser.add_argument("--keep", action="store_true", help="write the table to benchmarks/results")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="homophily-large-") as name:
        study, design, run = played(Path(name), given.participants)
        answers = replicate(study, design, run)
        print(f"{answers:,} answers", flush=True)
        hosted = rehearsal(study, design, Volunteer(), kind="volunteer", folder=Path(name))
        with hosted as (_, url, token):
            rows, beside = asked(url, token)
    late = statistics.quantiles(beside, n=20)[-1] if len(beside) > 1 else float("nan")
    said = (
        f"{given.participants:,} participants, {answers:,} answers. A participant's first page meanwhile: "
        f"median {statistics.median(beside) * 1000:.0f} ms, 95 % within {late * 1000:.0f} ms, longest "
        f"{max(beside):.1f} s ({len(beside)} times). Load of the machine {os.getloadavg()[0]:.1f} on "
        f"{os.cpu_count()} cores."
    )
    text = f"# The researcher's pages of a large study\n\n{said}\n\n{grid(pd.DataFrame(rows))}"
    print(text)
    if given.keep:
        _tally.save("teammates_large.md", text)


if __name__ == "__main__":
    main()
