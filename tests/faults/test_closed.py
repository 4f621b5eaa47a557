"""Stores and folders that may not be written, go away in mid-run, or lie where locks do not work."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults._disk import disk, image
from tests.faults._harness import CONCURRENCY, Lab, Model, Rows, ended, killed, seeds, shown, told
from tests.faults._syscalls import without_locks

NOBODY = ["setpriv", "--reuid", "nobody", "--clear-groups", "--"]


#: What reads a run, and may do so wherever its folder lies.
READING = (
    ("status",),
    ("export", "RUN", "--output", "OUT"),
    ("report", "RUN", "--output", "OUT/report.html"),
)


def read(lab: Lab, out: Path) -> None:
    """Read a run that may not be written."""
    for words in READING:
        done = lab.call(*(word.replace("RUN", str(lab.run)).replace("OUT", str(out)) for word in words))
        assert done.code == 0, done.stderr


def test_a_disk_that_fails_in_mid_run(model: Model, undisturbed: Rows) -> None:
    with image("16M") as mounted:
        lab = Lab(mounted.folder / "study", model.url)
        subprocess.run(["sync", "-f", lab.folder], check=True)  # the study was there long before
        runner = lab.start(*lab.play)
        model.wait(80, runner)
        mounted.fail()
        done = ended(runner)
        assert done.code == 3
        shown("the disk fails and becomes read-only while a run is played", done.line, lab)
        mounted.repair()
        held, before = seeds(lab), len(model.seeds)
        assert len(set(model.seeds) - held) <= CONCURRENCY
        assert lab.call(*lab.play).code == 0
        assert told(lab) == undisturbed
        assert not held & set(model.seeds[before:])


def test_a_disk_that_is_read_only(model: Model, tmp_path: Path, undisturbed: Rows) -> None:
    with disk("16m") as mounted:
        lab = Lab(mounted.folder / "study", model.url)
        runner = lab.start(*lab.play)
        model.wait(80, runner)
        killed(runner)
        held = seeds(lab)
        mounted.close()
        done = lab.call(*lab.play)
        assert done.code == 2
        shown("the disk is read-only when a command begins", done.line, lab)
        done = lab.call("report", lab.run)
        assert done.code == 2
        shown("a report or an export is written where nothing may be written", done.line, lab)
        mounted.grow("16m,rw")
        assert lab.call(*lab.play).code == 0
        assert told(lab) == undisturbed
        assert seeds(lab) >= held
        mounted.close()
        read(lab, tmp_path / "out")


@pytest.fixture
def stranger(model: Model) -> Iterator[Lab]:
    """A folder that everybody may write, whose commands are run by somebody else than its owner."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("not root: files of another user are NOT tried")
    folder = Path(tempfile.mkdtemp(prefix="homophily-faults-"))
    lab = Lab(folder, model.url)
    runner = lab.start(*lab.play)
    model.wait(80, runner)
    runner.terminate()
    assert ended(runner).code == 130
    folder.chmod(0o777)
    lab.before = NOBODY
    yield lab
    shutil.rmtree(folder)


def test_a_store_of_another_user(stranger: Lab, undisturbed: Rows) -> None:
    lab = stranger
    assert lab.call("status", lab.run).code == 0
    done = lab.call(*lab.play)
    assert done.code == 2
    shown("the run belongs to another user", done.line, lab)
    for each in (lab.run.parent, lab.run, lab.run / "lock", lab.run.parent / "responses.db"):
        each.chmod(0o777)
    done = lab.call(*lab.play)
    assert done.code == 3
    shown("the store's file belongs to another user", done.line, lab)
    lab.file.chmod(0o666)
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed


def test_a_run_that_is_moved_while_it_is_played(lab: Lab, model: Model, undisturbed: Rows) -> None:
    runner = lab.start(*lab.play)
    model.wait(60, runner)
    there, elsewhere = lab.run, lab.folder / "elsewhere"
    there.rename(elsewhere)
    done = ended(runner)
    assert done.code == 3
    shown("the run's folder is moved or deleted while it is played", done.line, lab)
    elsewhere.rename(there)
    assert len(seeds(lab)) >= 40
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed


def test_a_runs_folder_that_is_deleted_while_it_is_played(lab: Lab, model: Model, undisturbed: Rows) -> None:
    runner = lab.start(*lab.play)
    model.wait(60, runner)
    shutil.rmtree(lab.folder / "runs")
    done = ended(runner)
    assert done.code == 3
    shown("the run's folder is moved or deleted while it is played", done.line, lab)
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed


def test_a_file_system_without_locks(lab: Lab, model: Model, undisturbed: Rows) -> None:
    done = lab.call(*lab.play, preexec_fn=without_locks())
    assert done.code == 2
    shown("the file system knows no locks", done.line, lab)
    assert lab.call(*lab.play).code == 0
    assert told(lab) == undisturbed
