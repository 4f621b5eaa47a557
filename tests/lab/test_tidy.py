import asyncio
import json
import sqlite3
from pathlib import Path

import pandas as pd

from homophily.lab import answers, create
from homophily.lab.rehearse import rehearse
from homophily.lab.tidy import COLUMNS, chunks, frame
from tests.lab.small import ASKS, Scripted, Small, study
from tests.lab.test_runner import played


def test_one_row_an_ask_with_the_conditions_as_columns(tmp_path: Path) -> None:
    design = Small(pairs=6)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    table = answers(run)
    assert list(table.columns) == [*COLUMNS, "dose"]
    assert len(table) == 6 * ASKS
    assert set(table["dose"]) == {0, 1, 2}
    texts, ratings = table[table["kind"] == "text"], table[table["kind"] == "likert"]
    assert texts["number"].isna().all()
    given = ratings[ratings["missing"].isna()]
    assert (given["number"] == given["value"].astype(int)).all()
    assert ratings.loc[ratings["missing"].notna(), ["value", "number"]].isna().all(axis=None)
    assert str(table["time"].dtype.tz) == "UTC"  # type: ignore[union-attr]


def test_asks_come_in_the_order_of_the_protocol(tmp_path: Path) -> None:
    design = Small(pairs=3)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted(delay=0.002))
    for _, session in answers(run).groupby("session"):
        assert list(session["path"])[:2] == ["turn-0", "turn-1"]
        assert list(session["seat"])[2:] == ["ann"] * 3 + ["bob"] * 3


def test_in_parts_it_is_the_same_table_also_within_a_running_loop(tmp_path: Path) -> None:
    design = Small(pairs=9)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    parts = list(chunks(run, size=10))
    assert [len(part) for part in parts] == [10, 10, 10, 10, 10, 10, 10, 2]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), answers(run))

    async def inside() -> int:
        return sum(len(part) for part in chunks(run, size=10)) + len(answers(run))

    assert asyncio.run(inside()) == 2 * 72


def test_read_from_the_store_it_is_what_the_rows_say_one_by_one(tmp_path: Path) -> None:
    design = Small(pairs=5)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    with sqlite3.connect(run.folder / "answers.db") as store:
        store.row_factory = sqlite3.Row
        rows = store.execute("SELECT * FROM answers ORDER BY session, place").fetchall()
        told = store.execute("SELECT session, condition FROM sessions").fetchall()
    one_by_one = frame(map(dict, rows), {row["session"]: json.loads(row["condition"]) for row in told})
    pd.testing.assert_frame_equal(answers(run), one_by_one)


def test_equal_texts_are_held_once(tmp_path: Path) -> None:
    design = Small(pairs=12)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    for part in chunks(run, size=50):
        for column in ("session", "respondent", "value"):
            texts = [text for text in part[column] if isinstance(text, str)]
            assert len(set(map(id, texts))) == len(set(texts))


def test_reading_in_parts_may_stop_early(tmp_path: Path) -> None:
    design = Small(pairs=9)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    reading = chunks(run, size=10)
    assert len(next(reading)) == 10
    reading.close()  # type: ignore[attr-defined]


def test_a_run_nobody_played_is_an_empty_table_of_the_same_shape(tmp_path: Path) -> None:
    design = Small(pairs=1)
    run = create(study, design, root=tmp_path)
    played(run, design, Scripted())
    empty = rehearse(study.__class__(**{**_fields(), "sessions": lambda _: ()}), design, respondents={})
    assert list(empty.columns) == list(COLUMNS)
    assert (empty.dtypes == answers(run)[list(COLUMNS)].dtypes).all()


def _fields() -> dict[str, object]:
    return {name: getattr(study, name) for name in study.__dataclass_fields__}
