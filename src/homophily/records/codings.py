"""Codings: the themes that people find in open answers."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from homophily.records import schema
from homophily.records.database import said_plainly

__all__ = ["NONE", "code", "coded"]

#: The theme of an answer that was read and shows none.
NONE = ""


async def coded(engine: AsyncEngine, url: str, run: str) -> list[dict[str, Any]]:
    """A run's codings: ``session``, ``seat``, ``path``, ``coder``, ``theme`` (`NONE`: read, none applies)."""
    table = schema.codings
    columns = (table.c.session, table.c.seat, table.c.path, table.c.coder, table.c.theme)
    query = select(*columns).where(table.c.run == run).order_by(*columns)
    with said_plainly(url):
        async with engine.connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]


async def code(
    engine: AsyncEngine, url: str, run: str, key: tuple[str, str, str], coder: str, themes: Iterable[str]
) -> None:
    """Keep what a coder finds in an answer, in place of what the same coder found before.

    Args:
        engine: Of the store.
        url: Of the store, for messages.
        run: Name of the run.
        key: Session, seat and path of the answer.
        coder: Who reads.
        themes: Their ids; none is a finding too.
    """
    table = schema.codings
    session, seat, path = key
    own = {"run": run, "session": session, "seat": seat, "path": path, "coder": coder}
    rows = [{**own, "theme": theme, "time": time.time()} for theme in dict.fromkeys(themes)]
    with said_plainly(url):
        async with engine.begin() as connection:
            await connection.execute(
                delete(table).where(and_(*(table.c[name] == value for name, value in own.items())))
            )
            await connection.execute(table.insert(), rows or [{**own, "theme": NONE, "time": time.time()}])
