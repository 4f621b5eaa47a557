"""Extracts: one run's records, copied out of a store into a file of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
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
    source = await connect(url)
    copy = await connect(url_of(target), create=True, durable=False)
    try:
        with said_plainly(url):
            async with source.connect() as reading, copy.begin() as writing:
                for table in (schema.runs, schema.sessions, schema.answers, schema.draws, schema.codings):
                    async for rows in _rows(reading, select(table).where(table.c.run == run)):
                        await writing.execute(table.insert(), rows)
                await _texts(reading, writing, run, hidden)
    finally:
        await source.dispose()
        await copy.dispose()


async def _texts(reading: AsyncConnection, writing: AsyncConnection, run: str, hidden: Sequence[str]) -> None:
    answers, texts = schema.answers, schema.texts
    own = answers.c.run == run
    secret: set[str] = set()
    if hidden:
        named = or_(*(answers.c.item.startswith(f"{prefix}/", autoescape=True) for prefix in hidden))
        found = await reading.execute(select(answers.c.wording).where(own, named).distinct())
        secret = set(found.scalars())
    used = (
        select(answers.c.wording)
        .where(own)
        .union(select(answers.c.system).where(own), select(answers.c.history).where(own))
    )
    async for rows in _rows(reading, select(texts).where(texts.c.digest.in_(used))):
        kept = [row | {"text": ""} if row["digest"] in secret else row for row in rows]
        await writing.execute(texts.insert(), kept)


async def _rows(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[list[dict[str, Any]]]:
    result = await connection.stream(query.execution_options(yield_per=_SIZE))
    async for part in result.mappings().partitions(_SIZE):
        yield [dict(row) for row in part]
