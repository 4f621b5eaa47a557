"""Extracts: one run's records, copied out of a store into a file of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from homophily.records import schema
from homophily.records.database import connect, said_plainly, url_of

__all__ = ["extract"]

_SIZE = 2000


async def extract(url: str, run: str, target: Path, *, hidden: Sequence[str] = ()) -> None:
    """Copy a run's sessions, answers, draws, codings and texts into a new SQLite file.

    Participants stay out: what identifies people is no part of a run's data.

    Args:
        url: Of the store.
        run: Name of the run.
        target: The new file.
        hidden: Prefixes of item ids whose wordings are left empty; their digests stay.

    Raises:
        DataError: The store cannot be read, or the file cannot be written.
    """
    async with AsyncExitStack() as stack:
        source = await connect(url)
        stack.push_async_callback(source.dispose)
        copy = await connect(url_of(target), create=True, durable=False)
        stack.push_async_callback(copy.dispose)
        with said_plainly(url_of(target)):
            async with source.connect() as reading, copy.begin() as writing:
                for table in (schema.runs, schema.sessions, schema.answers, schema.draws, schema.codings):
                    async for rows in _rows(reading, url, select(table).where(table.c.run == run)):
                        await writing.execute(table.insert(), rows)
                await _texts(reading, url, writing, run, hidden)


async def _texts(
    reading: AsyncConnection, url: str, writing: AsyncConnection, run: str, hidden: Sequence[str]
) -> None:
    answers, texts = schema.answers, schema.texts
    own = answers.c.run == run
    secret: set[str] = set()
    if hidden:
        named = or_(*(answers.c.item.startswith(f"{prefix}/", autoescape=True) for prefix in hidden))
        query = select(answers.c.wording).where(own, named).distinct()
        secret = {row["wording"] async for rows in _rows(reading, url, query) for row in rows}
    used = (
        select(answers.c.wording)
        .where(own)
        .union(select(answers.c.system).where(own), select(answers.c.history).where(own))
    )
    async for rows in _rows(reading, url, select(texts).where(texts.c.digest.in_(used))):
        kept = [row | {"text": ""} if row["digest"] in secret else row for row in rows]
        await writing.execute(texts.insert(), kept)


async def _rows(
    connection: AsyncConnection, url: str, query: Select[Any]
) -> AsyncIterator[list[dict[str, Any]]]:
    with said_plainly(url):
        result = await connection.stream(query.execution_options(yield_per=_SIZE))
        parts = result.mappings().partitions(_SIZE)
    while True:
        with said_plainly(url):
            part = await anext(parts, None)
        if part is None:
            return
        yield [dict(row) for row in part]
