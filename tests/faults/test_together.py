"""Several processes at one run, one store, one file."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults._harness import PAIRS, TOLD, Lab, Model, Rows, ended, seeds, shown, told

#: The command line with less patience for a file that another program holds.
HASTY = """
import sys
from homophily.records import database
database.PATIENCE = 0.5
from homophily.cli import main
main(sys.argv[1:])
"""


def test_a_second_runner_of_a_run_is_refused(lab: Lab, model: Model, undisturbed: Rows) -> None:
    model.latency = 0.3  # the first is under way as long as the second needs
    first = lab.start(*lab.play)
    model.wait(20, first)
    second = lab.call(*lab.play)
    model.latency = 0.0
    assert second.code == 2
    assert f"(number {first.pid} on " in second.line
    shown("another process plays the run", second.line, lab)
    assert ended(first).code == 0
    assert told(lab) == undisturbed
    assert len(model.seeds) == len(undisturbed)


def test_a_runner_on_another_machine_is_named(lab: Lab, model: Model, undisturbed: Rows) -> None:
    away = ["unshare", "--uts", "sh", "-c", 'hostname node7; exec "$@"', "sh"]
    if shutil.which("unshare") is None or subprocess.run([*away, "true"], check=False).returncode:
        pytest.skip("no right to take another host's name: a runner on another machine is NOT tried")
    lab.before = away
    model.latency = 0.3  # the first is under way as long as the second needs
    first = lab.start(*lab.play)
    model.wait(20, first)
    lab.before = []
    second = lab.call(*lab.play)
    model.latency = 0.0
    assert second.code == 2
    assert f"(number {first.pid} on node7)" in second.line
    shown("another machine plays the run", second.line, lab)
    first.kill()
    first.communicate()  # its lock file stays, signed by a machine that says nothing any more
    assert "node7" in (lab.run / "lock").read_text()
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed


def of_run(file: Path, run: str) -> Rows:
    """The answers of one of the runs in a file."""
    with closing(sqlite3.connect(file)) as store:
        query = f"SELECT {TOLD} FROM answers WHERE run = ? ORDER BY session, seat, path"
        return store.execute(query, [run]).fetchall()


def test_two_runs_in_one_file_are_played_at_once(tmp_path: Path, model: Model, undisturbed: Rows) -> None:
    file = tmp_path / "all.db"
    one, other = (
        Lab(tmp_path / name, model.url, store=f"sqlite+aiosqlite:///{file}") for name in ("one", "other")
    )
    other.design.append("--seed=2")
    playing = [lab.start(*lab.play) for lab in (one, other)]
    for done in map(ended, playing):
        assert done.code == 0, done.stderr
        assert f"{PAIRS} of {PAIRS}" in done.stdout
    assert of_run(file, one.run.name) == undisturbed
    shown("two runs are played at once in one file", "", one)
    assert len(of_run(file, other.run.name)) == len(undisturbed)


def test_one_run_played_from_two_folders_on_one_file(tmp_path: Path, model: Model, undisturbed: Rows) -> None:
    file = tmp_path / "all.db"
    labs = [Lab(tmp_path / name, model.url, store=f"sqlite+aiosqlite:///{file}") for name in ("one", "other")]
    for done in map(ended, [lab.start(*lab.play) for lab in labs]):
        assert done.code == 0, done.stderr
    assert of_run(file, labs[0].run.name) == undisturbed
    shown("one run is played from two folders into one store", "", labs[0])


def test_a_file_that_another_program_holds_is_waited_for(lab: Lab, model: Model, undisturbed: Rows) -> None:
    runner = lab.start(*lab.play)
    model.wait(40, runner)
    with closing(sqlite3.connect(lab.file, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(1)
    assert ended(runner).code == 0
    assert told(lab) == undisturbed
    shown("another program holds the store's file for a while", "", lab)


def test_a_file_that_another_program_keeps_ends_the_run(lab: Lab, model: Model, undisturbed: Rows) -> None:
    lab.program = ["-c", HASTY]
    runner = lab.start(*lab.play)
    model.wait(40, runner)
    with closing(sqlite3.connect(lab.file, isolation_level=None, timeout=10)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = ended(runner)
    assert done.code == 3
    shown("another program keeps the store's file", done.line, lab)
    held, before = seeds(lab), len(model.seeds)
    assert lab.call(*lab.play).code == 0
    assert not held & set(model.seeds[before:])
    assert told(lab) == undisturbed
