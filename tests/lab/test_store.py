import asyncio
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Connection, event, text

from homophily.asks import Answer, Ask
from homophily.errors import DataError, HomophilyError, UsageError
from homophily.items import Likert
from homophily.lab import create, open_run, rehearse, status
from homophily.lab.store import Batch, Store
from homophily.lab.tidy import answers
from homophily.lab.writer import Writer
from homophily.records import database, migrations, reader, rows, schema, totals
from homophily.records.database import connect, public, url_of
from tests.lab.small import ENVIRONMENT, Scripted, Small, study
from tests.lab.test_kills import killed_again_and_again, told
from tests.lab.test_runner import played


def row(value: int = 4, *, path: str = "trust/01") -> dict[str, Any]:
    ask = Ask(session="s", seat="ann", path=path, item=Likert(id="trust/01", text="How?"))
    kept = rows.row("run", 0, "model", ask, Answer(value=value, raw=str(value)))
    return kept | {"wording": "", "system": "", "history": ""}


def written(url: str, *values: int) -> list[dict[str, Any]]:
    """What each writing of one key gives back, each in a transaction of its own."""

    async def write() -> list[dict[str, Any]]:
        store = await Store.open(url)
        kept = []
        for value in values:
            writer = Writer(store)
            kept.append(await writer.answer(row(value), {}))
            await writer.close()
        found = await reader.recorded(store.engine, "run", "s")
        await store.close()
        assert len(found) == 1
        return kept

    return asyncio.run(write())


def test_a_recorded_answer_is_never_overwritten(tmp_path: Path) -> None:
    kept = written(url_of(tmp_path / "a.db"), 4, 6)
    assert [rows.answer(each).value for each in kept] == [4, 4]


def test_asks_that_wait_together_share_one_transaction(tmp_path: Path) -> None:
    sizes: list[int] = []

    class Counting(Store):
        async def commit(self, batch: Batch) -> Any:
            sizes.append(len(batch.answers))
            return await super().commit(batch)

    async def write() -> None:
        store = await Counting.open(url_of(tmp_path / "a.db"))
        writer = Writer(store)
        await asyncio.gather(
            *(writer.answer(row(path=f"p{n}"), {"wording": f"text {n % 3}"}) for n in range(500))
        )
        await writer.close()
        await store.close()

    asyncio.run(write())
    assert sum(sizes) == 500
    assert len(sizes) < 10


def test_equal_texts_are_kept_once(tmp_path: Path) -> None:
    run = create(study, Small(pairs=20), root=tmp_path)
    played(run, Small(pairs=20), Scripted())
    with sqlite3.connect(run.folder / "answers.db") as file:
        wordings = {text for (text,) in file.execute("SELECT text FROM texts WHERE text LIKE 'Statement%'")}
        (kept,) = file.execute(
            "SELECT text FROM texts JOIN answers ON history = digest WHERE seat = 'bob' AND path = 'turn-1'"
        ).fetchall()[:1]
    assert wordings == {"Statement 1.", "Statement 2.", "Statement 3."}
    assert kept[0].startswith('[["ann","Ann","I heard 0')


def damaged(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)


def foreign(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE birds (name TEXT)")


def newer(file: Path) -> None:
    with sqlite3.connect(file) as store:
        store.execute("UPDATE schema_version SET version = 99")


def text_file(file: Path) -> None:
    file.write_text("This is a shopping list. " * 100)


def truncated(file: Path) -> None:
    with sqlite3.connect(file) as store:
        store.execute("PRAGMA journal_mode=DELETE")
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (damaged, "damaged"),
        (text_file, "damaged, or no Homophily store"),
        (foreign, "holds no Homophily record"),
        (newer, "written by a newer Homophily"),
        (truncated, "damaged"),
    ],
)
def test_a_store_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, harm: Any, said: str) -> None:
    run = create(study, Small(pairs=20), root=tmp_path)
    played(run, Small(pairs=20), Scripted())
    harm(run.folder / "answers.db")
    with pytest.raises(DataError, match=said) as caught:
        answers(run)
    assert "answers.db" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_damaged_store_is_left_as_it_was(tmp_path: Path) -> None:
    run = create(study, Small(pairs=2), root=tmp_path)
    played(run, Small(pairs=2), Scripted())
    file = run.folder / "answers.db"
    damaged(file)
    before = file.read_bytes()
    with pytest.raises(DataError):
        played(run, Small(pairs=2), Scripted())
    assert file.read_bytes() == before


def test_a_locked_store_is_said_to_be_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "PATIENCE", 0.1)
    run = create(study, Small(pairs=2), root=tmp_path)
    played(run, Small(pairs=1), Scripted())
    holder = sqlite3.connect(run.folder / "answers.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DataError, match="held by another program"):
        played(run, Small(pairs=2), Scripted())
    holder.close()
    assert played(run, Small(pairs=2), Scripted()).complete


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file where the folder should be")
    with pytest.raises(UsageError, match="cannot be written"):
        create(study, Small(), root=tmp_path / "runs")


def test_an_older_store_is_led_up_to_the_present_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(study, Small(pairs=2), root=tmp_path)
    played(run, Small(pairs=2), Scripted())

    def add_a_note(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE answers ADD COLUMN note TEXT"))

    steps = [*migrations.MIGRATIONS, add_a_note]
    monkeypatch.setattr(migrations, "MIGRATIONS", steps)
    monkeypatch.setattr(database, "MIGRATIONS", steps)
    assert asyncio.run(status(run)).answers == 16
    with sqlite3.connect(run.folder / "answers.db") as file:
        assert file.execute("SELECT version FROM schema_version").fetchall() == [(1 + len(steps),)]
        assert file.execute("SELECT count(*) FROM answers WHERE note IS NULL").fetchall() == [(16,)]


def test_a_step_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(study, Small(pairs=2), root=tmp_path)
    played(run, Small(pairs=2), Scripted())

    def half(connection: Connection) -> None:
        connection.execute(text("ALTER TABLE answers RENAME COLUMN raw TO words"))
        connection.execute(text("SELECT * FROM nowhere"))

    monkeypatch.setattr(database, "MIGRATIONS", [*migrations.MIGRATIONS, half])
    with pytest.raises(DataError, match="nowhere"):
        answers(run)
    monkeypatch.undo()
    assert len(answers(run)) == 16


@pytest.mark.parametrize(
    "url",
    [
        "mysql://here/there",
        "postgresql+asyncpg://nobody@127.0.0.1:1/none",
        "sqlite+aiosqlite:////no/such.db",
        "x://",
    ],
)
def test_a_place_that_is_no_store_is_named_without_its_password(url: str) -> None:
    with pytest.raises(HomophilyError) as caught:
        asyncio.run(connect(url.replace("nobody@", "nobody:secret@")))
    assert "secret" not in str(caught.value)


def test_a_full_disk_loses_nothing_that_was_recorded(tmp_path: Path) -> None:
    """On a file system with room for a part of the run; needs the right to mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("no right to mount a small disk: the test of a full disk does NOT run")
    try:
        design = Small(pairs=400)
        run = create(study, design, root=disk)
        first = Scripted()
        with pytest.raises(DataError, match="no room left on its disk"):
            played(run, design, first, concurrency=8)
        shutil.copytree(run.folder, tmp_path / "larger" / run.name)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    moved, rest = open_run(run.name, root=tmp_path / "larger"), Scripted()
    kept = asyncio.run(status(moved)).answers
    assert 0 < kept <= len(first.asked)
    assert played(moved, design, rest).complete
    assert len(rest.asked) == 400 * 8 - kept


def test_postgres_plays_keeps_and_resumes_as_sqlite_does(tmp_path: Path, postgres: str) -> None:
    design = Small(pairs=30)
    run = create(study, design, root=tmp_path, store=postgres)
    played(run, design, Scripted(delay=0.001))
    rest = Scripted()
    assert played(create(study, design, root=tmp_path, store=postgres), design, rest).complete
    assert rest.asked == []
    rehearsed = rehearse(study, design, respondents={"synthetic": Scripted()})
    pd.testing.assert_frame_equal(told(answers(run)), told(rehearsed))
    assert not (run.folder / "answers.db").exists()


def test_postgres_says_plainly_that_there_is_no_such_database(postgres: str) -> None:
    with pytest.raises(DataError, match='elsewhere failed: database "elsewhere" does not exist'):
        asyncio.run(connect(postgres.rsplit("/", 1)[0] + "/elsewhere"))


def test_a_run_kept_on_postgres_is_replayed_from_its_folder(tmp_path: Path, postgres: str) -> None:
    design = Small(pairs=4)
    run = create(study, design, root=tmp_path, store=postgres)
    played(run, design, Scripted())
    again = rehearse(
        study, Small(pairs=4, respondents={"synthetic": {"kind": "replay", "run": str(run.folder)}})
    )
    pd.testing.assert_series_equal(again["value"], answers(run)["value"])


def test_postgres_never_overwrites_an_answer(postgres: str) -> None:
    kept = written(postgres, 4, 6)
    assert [rows.answer(each).value for each in kept] == [4, 4]


def test_postgres_survives_kills(tmp_path: Path, postgres: str) -> None:
    final = killed_again_and_again(tmp_path, 8, 40, postgres)
    assert len(final) == 40 * 8


def test_two_programs_may_share_one_postgres_store(tmp_path: Path, postgres: str) -> None:
    design, program = (
        Small(pairs=40),
        "import sys; from tests.lab.test_store import share; share(*sys.argv[1:])",
    )
    sharing = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / name), postgres], env=ENVIRONMENT)
        for name in ("one", "two")
    ]
    assert [each.wait(60) for each in sharing] == [0, 0]
    final = answers(create(study, design, root=tmp_path / "one", store=postgres))
    rehearsed = rehearse(study, design, respondents={"synthetic": Scripted()})
    pd.testing.assert_frame_equal(told(final), told(rehearsed))


def share(root: str, store: str) -> None:
    design = Small(pairs=40)
    played(create(study, design, root=root, store=store), design, Scripted(delay=0.002), concurrency=8)


def test_the_password_of_a_store_is_never_written_down(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://me:hidden@127.0.0.1:1/x"
    run = create(study, Small(), root=tmp_path, store=url)
    assert run.store == url
    assert public(url) == "postgresql+asyncpg://me@127.0.0.1:1/x"
    assert all("hidden" not in file.read_text() for file in run.folder.iterdir())


def test_totals_are_read_from_an_index_and_never_from_the_answers(tmp_path: Path) -> None:
    design = Small(pairs=4)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    asked: list[str] = []

    async def read() -> dict[str, Any]:
        engine = await connect(run.store)
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
        found = await totals.of_engine(engine, run.name)
        await engine.dispose()
        return found

    found = asyncio.run(read())
    table = answers(run)
    assert (found["answers"], found["missing"]) == (len(table), table["missing"].notna().sum())
    (sums,) = [statement for statement in asked if "FROM answers" in statement]
    with sqlite3.connect(run.folder / "answers.db") as store:
        plan = store.execute(f"EXPLAIN QUERY PLAN {sums}", [run.name] * sums.count("?")).fetchall()
    assert [step[-1] for step in plan] == ["SEARCH answers USING COVERING INDEX answers_totals (run=?)"]


def test_totals_of_a_file_are_those_of_its_engine_without_loading_sqlalchemy(tmp_path: Path) -> None:
    design = Small(pairs=4)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    file = run.folder / "answers.db"

    async def read() -> dict[str, Any]:
        engine = await connect(run.store)
        found = await totals.of_engine(engine, run.name)
        await engine.dispose()
        return found

    assert totals.of_file(file, run.name) == asyncio.run(read())
    asked = f"import sys; from homophily.cli import main; main(['status', {str(run.folder)!r}])"
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", asked], capture_output=True, text=True, env=ENVIRONMENT
    )
    assert not {"sqlalchemy", "numpy"} & {
        line.rpartition("|")[2].strip() for line in said.stderr.splitlines()
    }


def test_totals_of_a_file_leave_other_schemas_to_whoever_connects(tmp_path: Path) -> None:
    assert schema.VERSION == totals.SCHEMA
    run = create(study, Small(pairs=4), root=tmp_path)
    played(run, Small(pairs=4), Scripted())
    file = run.folder / "answers.db"
    with sqlite3.connect(file) as store:
        store.execute("UPDATE schema_version SET version = version + 1")
    assert totals.of_file(file, run.name) is None
    assert totals.of_file(tmp_path / "none.db", run.name) is None
    with pytest.raises(DataError, match="newer Homophily"):
        asyncio.run(status(run))
