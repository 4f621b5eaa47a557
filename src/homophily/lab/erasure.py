"""Erasure: a session taken out of a store, with the texts that nobody else's answers rest on."""

from __future__ import annotations

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from homophily.records import schema
from homophily.records.database import PATIENCE

__all__ = ["erase", "hold", "scrub"]

#: Milliseconds that the log is waited for while others wait to write.
_MOMENT = 300

_OF_A_SESSION = (schema.drafts, schema.codings, schema.draws, schema.answers, schema.sessions)


async def erase(connection: AsyncConnection, run: str, session: str) -> None:
    """Delete all that a session left: answers, drafts, codings, draws, its own row, its own texts.

    Args:
        connection: In a transaction; nobody else sees a part of it.
        run: Name of the run.
        session: The session's id.
    """
    answers, texts = schema.answers, schema.texts
    named = (answers.c.wording, answers.c.system, answers.c.history)
    own = and_(answers.c.run == run, answers.c.session == session)
    rows = await connection.execute(select(*named).where(own))
    digests = sorted({digest for row in rows for digest in row if digest})
    for table in _OF_A_SESSION:
        await connection.execute(delete(table).where(table.c.run == run, table.c.session == session))
    used = exists().where(or_(*(column == texts.c.digest for column in named)))
    for start in range(0, len(digests), 500):  # databases limit the values of one statement
        part = digests[start : start + 500]
        await connection.execute(delete(texts).where(texts.c.digest.in_(part), ~used))


async def hold(connection: AsyncConnection) -> None:
    """Keep other runs from resting on a text while it may go; first thing in a transaction."""
    if connection.dialect.name == "postgresql":
        await connection.exec_driver_sql("LOCK TABLE texts IN SHARE ROW EXCLUSIVE MODE")


async def scrub(connection: AsyncConnection) -> bool:
    """See to it that what was erased is not left in the database's files.

    SQLite overwrites what it deletes (``secure_delete``) and here writes its log back and empties it.
    PostgreSQL frees the dead rows of the tables by its own vacuum; see the how-to on hosting a study.

    Returns:
        Whether it is done; False while somebody still reads from the log, so that it must be tried again.
    """
    if connection.dialect.name != "sqlite":
        return True
    await connection.exec_driver_sql(f"PRAGMA busy_timeout={_MOMENT}")
    busy, *_ = (await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")).one()
    await connection.exec_driver_sql(f"PRAGMA busy_timeout={round(1000 * PATIENCE)}")
    await connection.rollback()
    return not busy
