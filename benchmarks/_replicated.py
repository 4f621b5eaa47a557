"""A store of any size, made in seconds: a small run's sessions, replicated under a larger design.

A few sessions are really played with synthetic respondents, through the laboratory. The larger design's own
sessions then take over the rows of a played session of the same language and conditions, under their own
names and agents. Ratings move up or down with who rates and who is rated, so that the models of the analysis
have something to find; no two utterances are equal; 256 sessions are written side by side, as a run does.
What is left out: the texts that asks rest on (wordings, prompts, histories), which no reading of results
touches.
"""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import islice, zip_longest
from math import floor
from pathlib import Path
from typing import Any

from homophily.lab import create
from homophily.lab import run as play
from homophily.lab.design import Design
from homophily.lab.loading import load_design
from homophily.lab.runs import Run
from homophily.lab.session import Session
from homophily.lab.study import Study
from homophily.records.database import connect

SIDE_BY_SIDE = 256
_TELLS_APART = {"pair", "a_opens", "debate", "replicate"}


def dyads(answers: int) -> dict[str, Any]:
    """Settings of a dyad study of so many answers: two languages, 134 answers a session."""
    pairs = max(answers // 268, 10)
    return {"languages": ["en", "ja"], "pairs.n": pairs, "agents": max(60, round(8 * pairs**0.5) // 2 * 2)}


def debate(answers: int) -> dict[str, Any]:
    """Settings of a debate study of about so many answers: the default panel on twenty dilemmas, repeated."""
    return {"languages": ["en"], "replicates": max(answers // 1508, 1)}


SETTINGS = {"dyads": (dyads, {"pairs.n": 50}), "debate": (debate, {"replicates": 1})}


def replicate(name: str, answers: int, folder: Path) -> Run:
    """A run of about so many answers in `folder`."""
    settings, few = SETTINGS[name]
    study, design = load_design(name, settings(answers))
    small = load_design(name, settings(answers) | few)[1]
    source = play(study, small, root=folder / "played")
    run = create(study, design, root=folder)
    asyncio.run(_made(run.store))
    with sqlite3.connect(run.folder / "answers.db") as store:
        store.execute("PRAGMA synchronous=OFF")
        store.execute("ATTACH ? AS played", (str(source.folder / "answers.db"),))
        _fill(store, run, study, design)
    return run


async def _made(url: str) -> None:
    engine = await connect(url, create=True)
    await engine.dispose()


def _fill(store: sqlite3.Connection, run: Run, study: Study, design: Design) -> None:
    templates = _templates(store)
    names = [column[1] for column in store.execute("PRAGMA main.table_info(answers)")]
    insert = f"INSERT INTO answers VALUES ({', '.join('?' * len(names))})"
    taken: Counter[str] = Counter()
    chance = random.Random(1)
    sessions = iter(study.sessions(design))
    while group := list(islice(sessions, SIDE_BY_SIDE)):
        written = []
        for session in group:
            key = _key(session.language, session.condition)
            template = templates[key][taken[key] % len(templates[key])]
            taken[key] += 1
            number = taken.total()
            written.append([_row(names, run.name, session, kept, number, chance) for kept in template])
        for rows in zip_longest(*written):
            store.executemany(insert, [row for row in rows if row])
        told = [_session(run.name, session) for session in group]
        store.executemany("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, 'finished', NULL, 0.0, 1.0)", told)
    row = (run.name, study.name, json.dumps(run.design), taken.total())
    store.execute("INSERT INTO runs VALUES (?, ?, ?, ?, 0.0)", row)
    store.execute("INSERT INTO texts SELECT * FROM played.texts")


def _templates(store: sqlite3.Connection) -> dict[str, list[list[tuple[Any, ...]]]]:
    """The played sessions' rows, by what sets the sessions apart."""
    rows: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for row in store.execute("SELECT * FROM played.answers ORDER BY session, place"):
        rows[row[1]].append(row)
    found: dict[str, list[list[tuple[Any, ...]]]] = defaultdict(list)
    for name, language, condition in store.execute(
        "SELECT session, language, condition FROM played.sessions"
    ):
        found[_key(language, json.loads(condition))].append(rows[name])
    return found


def _key(language: str, condition: Any) -> str:
    return json.dumps([language, {k: v for k, v in condition.items() if k not in _TELLS_APART}])


def _session(run: str, session: Session) -> tuple[str, ...]:
    seats = {
        name: {"respondent": seat.respondent, "agent": seat.persona.id, "profile": dict(seat.persona.profile)}
        for name, seat in session.seats.items()
    }
    told = (json.dumps(part, ensure_ascii=False) for part in (dict(session.condition), seats))
    return (run, session.id, session.language, *told)


def _row(
    names: Sequence[str],
    run: str,
    session: Session,
    kept: Sequence[Any],
    number: int,
    chance: random.Random,
) -> list[Any]:
    """A played row as the session's own."""
    row = dict(zip(names, kept, strict=True))
    me = session.seats[row["seat"]].persona.id
    partner = next((held.persona.id for seat, held in session.seats.items() if seat != row["seat"]), None)
    row |= {"run": run, "session": session.id, "agent": me, "time": row["time"] + 0.01 * number}
    if row["partner"] is not None:
        row["partner"] = partner
    if row["kind"] == "text" and row["value"] is not None:
        row["value"] = row["raw"] = f"{row['value']} ({number})"
    elif row["path"].startswith("ratings/") and row["value"] is not None:
        shift = floor(_level(f"{me} gives") + 0.6 * _level(f"{partner} gets") + chance.random())
        value = int(row["value"]) + (-shift if row["reverse"] else shift)
        row["value"] = row["raw"] = str(min(max(value, 1), 7))
    return list(row.values())


@cache
def _level(name: str) -> float:
    """What an agent gives or gets everywhere, in scale points, sd 0.5."""
    return 0.5 * random.Random(name).gauss()
