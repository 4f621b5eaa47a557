"""Plays a debate study in a child process, kills it again and again, then lets it finish.

``python -m tests.studies.debate_kills ROOT KILLS`` prints how many answers the store held after each kill.
"""

import asyncio
import os
import random
import signal
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

from homophily.asks import Answer, Ask
from homophily.lab.loading import load_design
from homophily.lab.runner import play
from homophily.lab.runs import create
from homophily.lab.seating import seat

SETTINGS = {
    "languages": ["en", "ja"],
    "dilemmas.number": 5,
    "panels.sizes": [2, 3],
    "judges.panel": ["judge"],
    "respondents": {
        "ann": {"kind": "panelist", "seed": 1, "missing_rate": 0.05},
        "bob": {"kind": "panelist", "seed": 2, "inertia": 0.5},
        "cat": {"kind": "panelist", "seed": 3, "conformity": 1.0},
        "judge": {"kind": "lexicon"},
    },
}


class Slow:
    """A respondent that takes its time, so that a kill finds it at work."""

    def __init__(self, inner: object) -> None:
        self.inner = inner

    async def answer(self, ask: Ask) -> Answer:
        await asyncio.sleep(0.004)
        given: Answer = await self.inner.answer(ask)  # type: ignore[attr-defined]
        return given


def main(root: Path, kills: int) -> None:
    study, design = load_design("debate", SETTINGS)
    run, chance = create(study, design, root=root), random.Random(2)
    respondents = {name: Slow(each) for name, each in seat(design).items()}
    for kill in range(kills + 1):
        child = os.fork()
        if child == 0:
            asyncio.run(play(run, study, design, respondents=respondents, concurrency=12))  # type: ignore[arg-type]
            os._exit(0)
        if kill == kills:
            assert os.waitpid(child, 0)[1] == 0
            return
        wanted = held(run.folder) + 20 + chance.randrange(60)
        while held(run.folder) < wanted:
            time.sleep(0.005)
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "the child ended before it could be killed"
        print(held(run.folder))


def held(folder: Path) -> int:
    """How many answers the store holds."""
    if not (folder / "answers.db").is_file():
        return 0
    with closing(sqlite3.connect(folder / "answers.db", timeout=20)) as file:
        try:
            (count,) = file.execute("SELECT count(*) FROM answers").fetchone()
        except sqlite3.OperationalError:  # not laid out yet
            return 0
        return int(count)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
