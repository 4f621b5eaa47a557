"""Stores of an older schema, led up to the present one."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, inspect, select

from homophily.records import reader, schema, totals
from homophily.records.database import connect, url_of

#: A run of two agents, written by the version that knew schema 1 and dumped by SQLite.
FIRST = Path(__file__).parent / "data/version-1.sql"


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The file of a store of schema 1."""
    file = tmp_path / "answers.db"
    with sqlite3.connect(file) as store:
        store.executescript(FIRST.read_text(encoding="utf-8"))
    return file


def shape(connection: Connection) -> dict[str, Any]:
    """All tables with their columns, keys and indices."""
    found = inspect(connection)
    return {
        name: (
            [(c["name"], str(c["type"]).partition(" ")[0], c["nullable"]) for c in found.get_columns(name)],
            found.get_pk_constraint(name)["constrained_columns"],
            sorted((index["name"], tuple(index["column_names"])) for index in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }


async def shaped(url: str, *, create: bool) -> dict[str, Any]:
    engine = await connect(url, create=create)
    async with engine.connect() as connection:
        found = await connection.run_sync(shape)
    await engine.dispose()
    return found


def test_a_store_of_schema_1_becomes_what_a_new_store_is(first: Path, tmp_path: Path) -> None:
    with sqlite3.connect(first) as store:
        before = store.execute("SELECT * FROM answers ORDER BY session, seat, path").fetchall()
    led = asyncio.run(shaped(url_of(first), create=False))
    assert led == asyncio.run(shaped(url_of(tmp_path / "new.db"), create=True))
    with sqlite3.connect(first) as store:
        assert store.execute("SELECT version FROM schema_version").fetchall() == [(schema.VERSION,)]
        assert store.execute("SELECT * FROM answers ORDER BY session, seat, path").fetchall() == before
        assert len(before) == 16


def test_what_schema_1_recorded_is_read_as_before(first: Path) -> None:
    async def read() -> dict[str, Any]:
        engine = await connect(url_of(first))
        found = await totals.of_engine(engine, await reader.only_run(engine))
        await engine.dispose()
        return found

    found = asyncio.run(read())
    assert (found["answers"], found["missing"], found["states"]) == (16, 0, {"finished": 1})


def test_a_store_of_schema_2_gains_what_came_since_and_keeps_its_answers(tmp_path: Path) -> None:
    new = asyncio.run(shaped(url_of(tmp_path / "new.db"), create=True))
    with sqlite3.connect(tmp_path / "new.db") as store:
        store.execute("DROP TABLE workers")
        store.execute("DROP INDEX answers_totals")
        store.execute("UPDATE schema_version SET version = 2")
        store.execute("INSERT INTO switches VALUES ('run', 'doors', 'open', 0.0)")
    assert asyncio.run(shaped(url_of(tmp_path / "new.db"), create=False)) == new
    with sqlite3.connect(tmp_path / "new.db") as store:
        assert store.execute("SELECT value FROM switches").fetchall() == [("open",)]


def test_a_postgres_store_of_schema_1_too(postgres: str) -> None:
    old: list[Table] = [
        schema.METADATA.tables[name]
        for name in ("answers", "draws", "runs", "schema_version", "sessions", "texts")
    ]

    async def lead() -> tuple[dict[str, Any], dict[str, Any]]:
        from sqlalchemy.ext.asyncio import create_async_engine

        engine = create_async_engine(postgres)
        async with engine.begin() as connection:
            await connection.run_sync(schema.METADATA.create_all, tables=old)
            await connection.exec_driver_sql("DROP INDEX answers_totals")
            await connection.execute(schema.schema_version.insert().values(version=1))
        led = await shaped(postgres, create=False)
        async with engine.begin() as connection:
            version = (await connection.execute(select(schema.schema_version.c.version))).scalar_one()
            assert version == schema.VERSION
            await connection.run_sync(schema.METADATA.drop_all)
        await engine.dispose()
        return led, await shaped(postgres, create=True)

    led, new = asyncio.run(lead())
    assert led == new
