"""Reading records: a run's sessions, answers and draws, as a stream."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from homophily.errors import UsageError
from homophily.records import schema
from homophily.records.database import patiently, said_plainly

__all__ = ["draws_of", "only_run", "recorded", "stream"]


async def only_run(engine: AsyncEngine, run: str | None = None) -> str:
    """The name of the store's one run, or `run` if the store has it.

    Raises:
        UsageError: The store has no such run, or several and none was named.
    """
    async with _open(engine) as connection:
        found = list((await connection.execute(select(schema.runs.c.run))).scalars())
    if run in found:
        return str(run)
    if run is None and len(found) == 1:
        return str(found[0])
    wanted = "which run?" if run is None else f"no run {run!r} in this store."
    raise UsageError(f"{wanted} It holds: {', '.join(sorted(found)) or 'none'}.")


async def recorded(engine: AsyncEngine, run: str, session: str) -> dict[tuple[str, str], dict[str, Any]]:
    """One session's rows of answers, by seat and path."""
    table = schema.answers
    query = select(table).where(and_(table.c.run == run, table.c.session == session))

    async def read() -> dict[tuple[str, str], dict[str, Any]]:
        async with _open(engine) as connection:
            rows = (await connection.execute(query)).mappings()
            return {(row["seat"], row["path"]): dict(row) for row in rows}

    return await patiently(read)


async def draws_of(engine: AsyncEngine, run: str, session: str) -> dict[str, list[int]]:
    """One session's recorded orders, by path."""
    table = schema.draws
    query = select(table.c.path, table.c.drawn).where(and_(table.c.run == run, table.c.session == session))

    async def read() -> dict[str, list[int]]:
        async with _open(engine) as connection:
            return {path: json.loads(drawn) for path, drawn in await connection.execute(query)}

    return await patiently(read)


async def stream(
    engine: AsyncEngine, run: str, columns: Sequence[str], *, size: int = 5000
) -> AsyncGenerator[Sequence[Sequence[Any]]]:
    """A run's answers in lists of `size` rows, by session and in the order asked.

    Args:
        engine: Of the store.
        run: Its name.
        columns: What each row holds, in this order: columns of answers, and ``condition``, its session's.
        size: Rows at a time.
    """
    table, session = schema.answers, schema.sessions
    query = (
        select(*(session.c.condition if name == "condition" else table.c[name] for name in columns))
        .join_from(table, session, and_(session.c.run == table.c.run, session.c.session == table.c.session))
        .where(table.c.run == run)
        .order_by(table.c.run, table.c.session, table.c.place)
        .execution_options(yield_per=size)
    )
    async with _open(engine) as connection:
        result = await connection.stream(query)
        async for part in result.partitions(size):
            yield part


@asynccontextmanager
async def _open(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    with said_plainly(engine.url.render_as_string()):
        async with engine.connect() as connection:
            yield connection
