"""The store: what is written of a run, each batch in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table as Relation
from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from homophily.records import schema
from homophily.records.database import connect, said_plainly

__all__ = ["Batch", "Key", "Store"]

Key = tuple[str, str, str]
"""Session, seat and path: an ask within its run."""

Row = dict[str, Any]


@dataclass(slots=True)
class Batch:
    """What one transaction writes.

    Attributes:
        sessions: Rows by session; a later state replaces an earlier one.
        texts: Texts by digest.
        answers: Rows by key.
        draws: Rows.
    """

    sessions: dict[str, Row] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    answers: dict[Key, Row] = field(default_factory=dict)
    draws: list[Row] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sessions or self.texts or self.answers or self.draws)


class Store:
    """A store open for writing; one connection writes, reading takes its own.

    Attributes:
        engine: For reading (`homophily.records.reader`).
        url: Where it is.
    """

    def __init__(self, engine: AsyncEngine, url: str) -> None:
        self.engine = engine
        self.url = url
        self._connection: AsyncConnection | None = None
        dialect = sqlite if engine.dialect.name == "sqlite" else postgresql
        self._add = {
            table: dialect.insert(table).on_conflict_do_nothing()
            for table in (schema.texts, schema.draws, schema.runs)
        }
        answers = schema.answers
        self._answer = (
            dialect.insert(answers)
            .on_conflict_do_nothing()
            .returning(answers.c.session, answers.c.seat, answers.c.path)
        )
        session = dialect.insert(schema.sessions)
        self._session = session.on_conflict_do_update(
            index_elements=["run", "session"],
            set_={column: session.excluded[column] for column in ("state", "error", "ended")},
        )

    @classmethod
    async def open(cls, url: str, *, durable: bool = True) -> Store:
        """The store at `url`, made if there is none; see `homophily.records.database.connect`."""
        return cls(await connect(url, create=True, durable=durable), url)

    async def begin(self, run: str, study: str, design: Mapping[str, Any], sessions: int, now: float) -> None:
        """Enter the run, unless it was entered before."""
        row = {
            "run": run,
            "study": study,
            "design": json.dumps(design, ensure_ascii=False),
            "sessions": sessions,
            "created": now,
        }
        with said_plainly(self.url):
            async with self.engine.begin() as connection:
                await connection.execute(self._add[schema.runs], [row])

    async def sessions(self, run: str) -> dict[str, str]:
        """The state of every session begun so far: ``open``, ``finished`` or ``failed``."""
        table = schema.sessions
        with said_plainly(self.url):
            async with self.engine.connect() as connection:
                found = await connection.execute(
                    select(table.c.session, table.c.state).where(table.c.run == run)
                )
                return {session: state for session, state in found}

    async def commit(self, batch: Batch) -> dict[Key, Row]:
        """Write a batch in one transaction; what is already recorded stays as it is.

        Returns:
            The recorded rows of those answers in the batch that were answered before.
        """
        with said_plainly(self.url):
            if self._connection is None:
                self._connection = await self.engine.connect()
            try:
                kept = await self._write(self._connection, batch)
                await self._connection.commit()
            except BaseException:
                connection, self._connection = self._connection, None
                await connection.close()
                raise
        return kept

    async def _write(self, connection: AsyncConnection, batch: Batch) -> dict[Key, Row]:
        if batch.sessions:
            await connection.execute(self._session, _sorted(batch.sessions))
        if batch.texts:
            rows = [{"digest": digest, "text": batch.texts[digest]} for digest in sorted(batch.texts)]
            await connection.execute(self._add[schema.texts], rows)
        if batch.draws:
            await connection.execute(self._add[schema.draws], batch.draws)
        if not batch.answers:
            return {}
        written = await connection.execute(self._answer, _sorted(batch.answers))
        fresh = {tuple(row) for row in written}
        return {
            key: await _kept(connection, schema.answers, row)
            for key, row in batch.answers.items()
            if key not in fresh
        }

    async def close(self) -> None:
        """Let go of the store."""
        if self._connection is not None:
            await self._connection.close()
        await self.engine.dispose()


def _sorted(rows: Mapping[Any, Row]) -> list[Row]:
    """Rows by key: two runners on one server then lock them in the same order."""
    return [rows[key] for key in sorted(rows)]


async def _kept(connection: AsyncConnection, table: Relation, row: Row) -> Row:
    keys: Iterable[Any] = (column == row[column.name] for column in table.primary_key)
    return dict((await connection.execute(select(table).where(and_(*keys)))).mappings().one())
