"""Plays the small study in a child process, kills it again and again, then lets it finish.

``python -m tests.lab.kills ROOT KILLS PAIRS [STORE]`` writes ROOT/kills.json: after each kill, what the store
held and what the respondent had answered until then.
"""

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from homophily.lab.runner import play
from homophily.lab.runs import Run, create
from homophily.lab.tidy import answers
from tests.lab.small import Scripted, Small, study

CONCURRENCY = 16


def main(root: Path, kills: int, pairs: int, store: str | None) -> None:
    design, chance, log = Small(pairs=pairs), random.Random(1), root / "answered.tsv"
    log.touch()
    run = create(study, design, root=root, store=store)
    found: list[dict[str, object]] = []
    while True:
        child = os.fork()
        if child == 0:
            respondents = {"synthetic": Scripted(delay=0.003, log=log)}
            asyncio.run(play(run, study, design, respondents=respondents, concurrency=CONCURRENCY))
            os._exit(0)
        if len(found) == kills:
            assert os.waitpid(child, 0)[1] == 0
            break
        target = lines(log) + chance.randrange(30)
        while lines(log) < target:
            time.sleep(0.002)
        time.sleep(chance.random() * 0.01)
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the child ended before it could be killed"
        found.append({"held": held(run, store), "answered": lines(log)})
    (root / "kills.json").write_text(json.dumps(found))


def held(run: Run, store: str | None) -> list[list[str]]:
    """The keys of the answers that the store holds."""
    if store is not None:
        table: list[list[str]] = answers(run)[["session", "seat", "path"]].to_numpy().tolist()
        return table
    if not (run.folder / "answers.db").is_file():
        return []
    with closing(sqlite3.connect(run.folder / "answers.db")) as file:
        if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchall():
            return []
        return [list(key) for key in file.execute("SELECT session, seat, path FROM answers")]


def lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
