"""Killed at any moment, a run loses what was in flight, repeats nothing recorded, and ends the same."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd

from homophily.lab.rehearse import rehearse
from homophily.lab.runs import create
from homophily.lab.tidy import answers
from tests.lab.kills import CONCURRENCY
from tests.lab.small import ENVIRONMENT, Scripted, Small, study

KILLS, PAIRS = 60, 250


def killed_again_and_again(root: Path, kills: int, pairs: int, *store: str) -> pd.DataFrame:
    """Plays under kills, checks every kill, and returns the final answers."""
    command = [sys.executable, "-m", "tests.lab.kills", str(root), str(kills), str(pairs), *store]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    log = [tuple(line.split("\t")) for line in (root / "answered.tsv").read_text().splitlines()]
    for kill in json.loads((root / "kills.json").read_text()):
        held = {tuple(key) for key in kill["held"]}
        before, after = log[: kill["answered"]], log[kill["answered"] :]
        assert held <= set(before)
        assert len(set(before)) - len(held) <= CONCURRENCY  # lost: only what was in flight
        assert not held & set(after)  # repeated: nothing that was recorded
    return answers(create(study, Small(pairs=pairs), root=root))


def told(table: pd.DataFrame) -> pd.DataFrame:
    """What two plays of one design must have in common: all but the run's name and the clock."""
    ordered = table.drop(columns=["run", "time", "seconds"]).sort_values(["session", "seat", "path"])
    return ordered.reset_index(drop=True)


def test_sixty_kills_leave_the_data_of_an_undisturbed_run(tmp_path: Path) -> None:
    final = killed_again_and_again(tmp_path, KILLS, PAIRS)
    assert not final.duplicated(["session", "seat", "path"]).any()
    undisturbed = rehearse(study, Small(pairs=PAIRS), respondents={"synthetic": Scripted()})
    pd.testing.assert_frame_equal(told(final), told(undisturbed))
