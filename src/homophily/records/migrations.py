"""Migrations: functions that lead a store of an older schema to the present one, one step each."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, select

from homophily.errors import DataError
from homophily.records import schema

__all__ = ["MIGRATIONS", "Empty", "Unfit", "bring_up"]


class Unfit(DataError):
    """What a database holds cannot be used as a store; which one it is, whoever opened it says."""


class Empty(Unfit):
    """A database without any table, such as one that is just being made."""


def _people(connection: Connection) -> None:
    """Schema 2: people in a browser, their drafts, codings of open answers, a hosted run's switches."""
    key = "TEXT" if connection.dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    real = "DOUBLE" if connection.dialect.name == "sqlite" else "DOUBLE PRECISION"
    ask = f"run {key} NOT NULL, session {key} NOT NULL, seat {key} NOT NULL, path {key} NOT NULL"
    for statement in (
        f"CREATE TABLE participants (run {key} NOT NULL, id {key} NOT NULL, session {key}, "
        "token_digest TEXT, pid TEXT, test BOOLEAN NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, "
        f"page TEXT, code TEXT, arrived {real} NOT NULL, seen {real} NOT NULL, ended {real}, "
        "PRIMARY KEY (run, id))",
        "CREATE INDEX participants_token ON participants (run, token_digest)",
        "CREATE INDEX participants_pid ON participants (run, pid)",
        f"CREATE TABLE drafts ({ask}, raw TEXT NOT NULL, record TEXT NOT NULL, time {real} NOT NULL, "
        "PRIMARY KEY (run, session, seat, path))",
        f"CREATE TABLE codings ({ask}, coder {key} NOT NULL, theme {key} NOT NULL, time {real} NOT NULL, "
        "PRIMARY KEY (run, session, seat, path, coder, theme))",
        f"CREATE TABLE switches (run {key} NOT NULL, name {key} NOT NULL, value TEXT NOT NULL, "
        f"time {real} NOT NULL, PRIMARY KEY (run, name))",
    ):
        connection.exec_driver_sql(statement)


def _totals(connection: Connection) -> None:
    """Schema 3: an index that holds all of a run's totals."""
    connection.exec_driver_sql(
        "CREATE INDEX answers_totals ON answers "
        "(run, cached, respondent, missing, prompt_tokens, completion_tokens, cost)"
    )


def _roll(connection: Connection) -> None:
    """Schema 4: the roll of a cluster's processes that may write to a run."""
    key = "TEXT" if connection.dialect.name == "sqlite" else 'TEXT COLLATE "C"'
    real = "DOUBLE" if connection.dialect.name == "sqlite" else "DOUBLE PRECISION"
    connection.exec_driver_sql(
        f"CREATE TABLE workers (run {key} NOT NULL, worker {key} NOT NULL, node TEXT NOT NULL, "
        f"since {real} NOT NULL, PRIMARY KEY (run, worker))"
    )


#: The step at index n leads schema n + 1 to n + 2; a new one raises `version.VERSION` by one. A step writes
#: its tables out as they were then, so that later changes of `schema` leave it as it is.
MIGRATIONS: list[Callable[[Connection], None]] = [_people, _totals, _roll]


def bring_up(connection: Connection, steps: list[Callable[[Connection], None]], *, create: bool) -> None:
    """Make the store's tables, or lead those of an older schema up to the present one.

    Args:
        connection: In a transaction, so that a failing step leaves the store as it was.
        steps: `MIGRATIONS`.
        create: Whether a store without tables is to be given them.

    Raises:
        Unfit: The store is no Homophily store, or was written by a newer version.
        Empty: There are no tables, and none are to be made.
    """
    present = 1 + len(steps)
    if _version(connection) == present:
        return
    _alone(connection)
    found = _version(connection)
    if found is None:
        if inspect(connection).get_table_names():
            raise Unfit("it holds no Homophily record but something else; name another file")
        if not create:
            raise Empty("nothing was recorded in it yet")
        schema.METADATA.create_all(connection)
        connection.execute(schema.schema_version.insert().values(version=present))
        return
    if found > present:
        raise Unfit(
            f"it was written by a newer Homophily (schema {found}, this one knows {present}): upgrade it"
        )
    if found < present:
        for step in steps[found - 1 :]:
            step(connection)
        connection.execute(schema.schema_version.update().values(version=present))


def _version(connection: Connection) -> int | None:
    """The store's schema; None where there is no store."""
    if not inspect(connection).has_table("schema_version"):
        return None
    found = connection.execute(select(schema.schema_version.c.version)).scalar_one_or_none()
    if found is None or found < 1:
        raise Unfit("its schema version is missing")
    return int(found)


def _alone(connection: Connection) -> None:
    """Keep other programs from making or changing the tables until the transaction ends."""
    if connection.dialect.name == "sqlite":
        # Python's sqlite3 opens no transaction for a CREATE or ALTER by itself.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7106719)")
