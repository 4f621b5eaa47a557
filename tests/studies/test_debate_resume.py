"""Killed at any moment and resumed, debates are those of an undisturbed run."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from homophily import library
from homophily.lab.loading import load_design
from homophily.lab.rehearse import rehearse
from homophily.lab.runs import create
from homophily.lab.tidy import answers
from tests.studies.debate_kills import SETTINGS

ROOT = Path(__file__).parents[2]


def test_kills_leave_the_data_of_an_undisturbed_run(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.studies.debate_kills", str(tmp_path), "12"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
    )
    assert done.returncode == 0, done.stderr
    held = [int(line) for line in done.stdout.split()]
    assert held == sorted(set(held))
    assert len(held) == 12
    study, design = load_design("debate", SETTINGS)
    final, undisturbed = answers(create(study, design, root=tmp_path)), rehearse(study, design)
    assert len(undisturbed) > held[-1]
    pd.testing.assert_frame_equal(told(final), told(undisturbed))
    for name, table in study.tables(undisturbed, design).items():
        keys = [
            c
            for c in ("session", "round", "position", "judge", "value", "dilemma", "language", "model")
            if c in table
        ]
        both = (
            t.sort_values(keys).reset_index(drop=True) for t in (study.tables(final, design)[name], table)
        )
        pd.testing.assert_frame_equal(*both)


def told(table: pd.DataFrame) -> pd.DataFrame:
    """All but the run's name and the clock."""
    ordered = table.drop(columns=["run", "time", "seconds"]).sort_values(["session", "seat", "path"])
    return ordered.reset_index(drop=True)


def test_a_recorded_run_plays_again(tmp_path: Path) -> None:
    first = library.run("debate", SETTINGS, folder=tmp_path / "a", quiet=True)
    told = {"kind": "replay", "run": str(first.run.folder)}
    again = {**SETTINGS, "respondents": dict.fromkeys(["ann", "bob", "cat", "judge"], told)}
    second = library.run("debate", again, folder=tmp_path / "b", quiet=True)
    for name in ("debates", "verdicts", "labels"):
        pd.testing.assert_frame_equal(first.tables[name], second.tables[name])
