"""A run's totals, counted by the store's index; of a file without loading SQLAlchemy, which takes longer."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.records.version import VERSION as SCHEMA

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

__all__ = ["NONE", "of_engine", "of_file"]

#: Of a run that has no store yet.
NONE: Mapping[str, Any] = {
    **dict.fromkeys(("sessions", "answers", "missing", "asks", "tokens"), 0),
    "cost": 0.0,
    "states": {},
}

# Cached answers and facts count among the answers alone: nobody was asked for them.
_PUT = "FILTER (WHERE NOT cached AND respondent <> '')"
_SUMS = f"""SELECT count(*) AS answers, count(missing) AS missing, count(*) {_PUT} AS asks,
    coalesce(sum(prompt_tokens + completion_tokens) {_PUT}, 0) AS tokens,
    coalesce(sum(cost) {_PUT}, 0.0) AS cost
    FROM answers WHERE run = :run"""
_PLANNED = "SELECT sessions FROM runs WHERE run = :run"
_STATES = "SELECT state, count(*) FROM sessions WHERE run = :run GROUP BY state"
_VERSION = "SELECT version FROM schema_version"
_PATIENCE = 2.0


def of_file(file: Path, run: str) -> dict[str, Any] | None:
    """A run in numbers: ``answers, missing, asks, tokens, cost``, ``sessions`` planned and their ``states``.

    Args:
        file: A SQLite store; it is only read, also while another process writes.
        run: The run's name.

    Returns:
        The numbers; None where the file cannot be read so, is held, or has not the present schema: connecting
        to it (`homophily.records.database.connect`) mends that, or says what is wrong.
    """
    try:
        only_read = f"{file.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(only_read, uri=True, timeout=_PATIENCE)) as store:
            if store.execute(_VERSION).fetchone() != (SCHEMA,):
                return None
            sums = store.execute(_SUMS, {"run": run})
            names = [column[0] for column in sums.description]
            planned = store.execute(_PLANNED, {"run": run}).fetchone()
            states = dict(store.execute(_STATES, {"run": run}).fetchall())
            told = dict(zip(names, sums.fetchone(), strict=True))
            return told | {"sessions": planned[0] if planned else 0, "states": states}
    except sqlite3.Error:
        return None


async def of_engine(engine: AsyncEngine, run: str) -> dict[str, Any]:
    """The same of any store."""
    from sqlalchemy import text

    from homophily.records.database import said_plainly

    with said_plainly(engine.url.render_as_string()):
        async with engine.connect() as connection:
            sums = (await connection.execute(text(_SUMS), {"run": run})).mappings().one()
            planned = (await connection.execute(text(_PLANNED), {"run": run})).scalar_one_or_none()
            states = await connection.execute(text(_STATES), {"run": run})
            return {**sums, "sessions": planned or 0, "states": {state: n for state, n in states}}
