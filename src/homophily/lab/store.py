"""The store: what is written of a run, each batch in one transaction."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table as Relation
from sqlalchemy import and_, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from homophily.lab.erasure import erase, hold, scrub
from homophily.records import database, schema
from homophily.records.database import Place, connect, patiently, said_plainly

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
        drafts: Rows by key; a later one replaces an earlier one, one without ``raw`` deletes it.
        people: Rows of participants by id; a later one replaces an earlier one.
        erased: Runs and sessions of which nothing is to stay, deleted after all else is written.
    """

    sessions: dict[str, Row] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    answers: dict[Key, Row] = field(default_factory=dict)
    draws: list[Row] = field(default_factory=list)
    drafts: dict[Key, Row] = field(default_factory=dict)
    people: dict[str, Row] = field(default_factory=dict)
    erased: list[tuple[str, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(
            (self.sessions, self.texts, self.answers, self.draws, self.drafts, self.people, self.erased)
        )


class Store:
    """A store open for writing; one connection writes, reading takes its own.

    Args:
        engine: For reading too (`homophily.records.reader`).
        url: Where it is.
        guard: Begins every transaction that writes; what it raises keeps the transaction from being made.
    """

    def __init__(
        self, engine: AsyncEngine, url: str, guard: Callable[[AsyncConnection], Awaitable[None]] | None = None
    ) -> None:
        self.engine = engine
        self.url = url
        self._guard = guard
        self._connection: AsyncConnection | None = None
        self._place = Place(engine)
        self._unscrubbed = False
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
        self._draft, self._person = (
            _upsert(dialect, table) for table in (schema.drafts, schema.participants)
        )

    @classmethod
    async def open(cls, url: str, *, durable: bool = True) -> Store:
        """The store at `url`, made if there is none; see `homophily.records.database.connect`."""
        return cls(await connect(url, create=True, durable=durable), url)

    async def begin(self, run: str, study: str, design: Mapping[str, Any], sessions: int, now: float) -> None:
        """Enter the run, unless it was entered before; whoever wrote to it for another runner may not now."""
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
                await connection.execute(delete(schema.workers).where(schema.workers.c.run == run))

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

        Where the store's server is away the batch is written again once it is back. Whether it was written
        the first time, just before the server went, makes no difference.

        Returns:
            The recorded rows of those answers in the batch that were answered before.
        """
        return await patiently(lambda: self._commit(batch))

    async def _commit(self, batch: Batch) -> dict[Key, Row]:
        with said_plainly(self.url):
            self._place.check()
            async with asyncio.timeout(None if self._place.file else database.AWAY):
                if self._connection is None:
                    self._connection = await self.engine.connect()
                try:
                    if self._guard is not None:
                        await self._guard(self._connection)
                    kept = await self._write(self._connection, batch)
                    await self._connection.commit()
                    if batch.erased or self._unscrubbed:
                        self._unscrubbed = not await scrub(self._connection)
                except BaseException:
                    connection, self._connection = self._connection, None
                    await _let_go(connection)
                    raise
        return kept

    async def _write(self, connection: AsyncConnection, batch: Batch) -> dict[Key, Row]:
        if batch.erased:
            await hold(connection)
        if batch.sessions:
            await connection.execute(self._session, _sorted(batch.sessions))
        if batch.texts:
            rows = [{"digest": digest, "text": batch.texts[digest]} for digest in sorted(batch.texts)]
            await connection.execute(self._add[schema.texts], rows)
        if batch.draws:
            await connection.execute(self._add[schema.draws], batch.draws)
        kept = await self._answers(connection, batch.answers) if batch.answers else {}
        if batch.drafts:
            await self._drafts(connection, batch.drafts)
        if batch.people:
            await connection.execute(self._person, _sorted(batch.people))
        for run, session in batch.erased:
            await erase(connection, run, session)
        return kept

    async def _answers(self, connection: AsyncConnection, rows: Mapping[Key, Row]) -> dict[Key, Row]:
        written = await connection.execute(self._answer, _sorted(rows))
        fresh = {tuple(row) for row in written}
        return {
            key: await _kept(connection, schema.answers, row) for key, row in rows.items() if key not in fresh
        }

    async def _drafts(self, connection: AsyncConnection, rows: Mapping[Key, Row]) -> None:
        saved = {key: row for key, row in rows.items() if "raw" in row}
        if saved:
            await connection.execute(self._draft, _sorted(saved))
        table = schema.drafts
        keys = [column == bindparam(f"of_{column.name}") for column in table.primary_key]
        gone = [{f"of_{name}": row[name] for name in row} for key, row in rows.items() if key not in saved]
        if gone:
            await connection.execute(delete(table).where(and_(*keys)), gone)

    async def close(self) -> None:
        """Let go of the store."""
        if self._connection is not None:
            await self._connection.close()
        await self.engine.dispose()


def _upsert(dialect: Any, table: Relation) -> Any:
    """Insert a row, or put it in the place of the one with its key."""
    insert = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    rest = {name: insert.excluded[name] for name in table.columns.keys() if name not in keys}  # noqa: SIM118
    return insert.on_conflict_do_update(index_elements=keys, set_=rest)


def _sorted(rows: Mapping[Any, Row]) -> list[Row]:
    """Rows by key: two runners on one server then lock them in the same order."""
    return [rows[key] for key in sorted(rows)]


async def _let_go(connection: AsyncConnection) -> None:
    """Give a connection up after a failure, also where its server says nothing any more."""
    if connection.dialect.name != "sqlite":
        await connection.invalidate()
    await connection.close()


async def _kept(connection: AsyncConnection, table: Relation, row: Row) -> Row:
    keys: Iterable[Any] = (column == row[column.name] for column in table.primary_key)
    return dict((await connection.execute(select(table).where(and_(*keys)))).mappings().one())
