"""Stores of other versions, and files that are damaged or no store at all."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homophily.records import schema
from tests.faults._disk import disk
from tests.faults._harness import Lab, Model, Rows, ended, modelled, shown, told

DATA = Path(__file__).with_name("data")
KEPT = sorted(folder.name for folder in DATA.glob("schema-*"))
PAIRS = 6


def brought(lab: Lab, name: str, url: str) -> Path:
    """A run that an older version began, laid into a folder."""
    run = lab.folder / "runs" / str(json.loads((DATA / name / "environment.json").read_text())["run"])
    shutil.copytree(DATA / name, run)
    design = json.loads((run / "design.json").read_text())
    design["respondents"]["model"]["url"] = url
    (run / "design.json").write_text(json.dumps(design))
    return run


def test_there_is_a_store_of_every_older_schema() -> None:
    assert {f"schema-{number}" for number in range(1, schema.VERSION)} <= set(KEPT)


@pytest.mark.parametrize("name", KEPT)
def test_a_run_of_an_older_version_goes_on(lab: Lab, model: Model, name: str, undisturbed: Rows) -> None:
    run = brought(lab, name, model.url)
    before = told(lab)
    assert len(before) == 20
    done = lab.call("resume", run, "--no-report", "--quiet")
    assert done.code == 0, done.stderr
    after = told(lab)
    assert after == [row for row in undisturbed if row[0] < f"pair-{PAIRS:03}"]
    assert set(before) <= set(after)
    assert len(set(model.seeds)) == len(after) - len(before)
    shown("a run that an older version began", "", lab)
    with closing(sqlite3.connect(run / "answers.db")) as store:
        assert store.execute("SELECT version FROM schema_version").fetchall() == [(schema.VERSION,)]


def test_an_older_store_on_a_disk_without_room_stays_as_it_was(model: Model) -> None:
    with disk("200k") as small:
        lab = Lab(small.folder / "study", model.url)
        run = brought(lab, "schema-1", model.url)
        small.fill()
        before = told(lab)
        done = lab.call("status", run)
        assert done.code == 3
        shown("a store of an older version has no room to be brought up to date", done.line, lab)
        assert told(lab) == before
        small.free()
        assert lab.call("status", run).code == 0
        assert told(lab) == before


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A run that was stopped on the way."""
    with modelled(0.01) as server:
        lab = Lab(tmp_path_factory.mktemp("half"), server.url)
        runner = lab.start(*lab.play)
        server.wait(150, runner)
        runner.terminate()
        assert ended(runner).code == 130
        yield lab


def newer(file: Path) -> None:
    with closing(sqlite3.connect(file)) as store, store:
        store.execute("UPDATE schema_version SET version = 99")


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


def text(file: Path) -> None:
    file.write_text("This is a shopping list. " * 100)


def foreign(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("CREATE TABLE birds (name TEXT)")


def corrupted(file: Path) -> None:
    """Noise in place of one page: the first that holds answers."""
    with closing(sqlite3.connect(file)) as store:
        (page,) = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'answers'").fetchone()
        (size,) = store.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as raw:
        raw.seek((page - 1) * size)
        raw.write(random.Random(1).randbytes(size))
    with closing(sqlite3.connect(file)) as store:
        try:
            sound = store.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        except sqlite3.DatabaseError:
            sound = False
        assert not sound


HARMS = {
    "the store was written by a newer version": newer,
    "the store's file is cut short": truncated,
    "the store's file is no database": text,
    "the store's file is the database of another program": foreign,
    "a page of the store's file is damaged": corrupted,
}


@pytest.mark.parametrize("name", HARMS)
def test_a_file_that_cannot_be_used_is_named_and_left_as_it_is(half: Lab, tmp_path: Path, name: str) -> None:
    harm: Callable[[Path], None] = HARMS[name]
    run = tmp_path / half.run.name
    shutil.copytree(half.run, run)
    harm(run / "answers.db")
    before = (run / "answers.db").read_bytes()
    reading, playing = ["export", run, "--output", tmp_path / "out"], ["resume", run, "--no-report"]
    done = half.call(*(reading if harm is corrupted else playing))
    assert done.code == 3, done.stderr
    shown(name, done.line.replace(str(run), "/study/runs/talk-1a2b3c4d"), half)
    assert (run / "answers.db").read_bytes() == before
    assert not (tmp_path / "out").exists()
