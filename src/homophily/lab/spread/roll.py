"""The roll: which workers may write to a run, kept where they write.

Every transaction of a worker begins by reading its own row of the roll, locked against deletion
(``FOR SHARE``) until the transaction ends. To strike a worker off is to delete that row, which waits for a
transaction under way and leaves none to follow. So once `Roll.strike` returns, nothing that the worker still
sends is written, however long its answers were on their way: the fencing of Kleppmann (2017, *Designing
Data-Intensive Applications*, ch. 8), with the lock in the store that is to be guarded.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from sqlalchemy import and_, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from homophily.errors import UsageError
from homophily.records.database import said_plainly
from homophily.records.schema import workers

__all__ = ["Roll", "Struck", "signed"]

#: A worker that is frozen within a transaction loses it after so long, and with it its locks.
IDLE = "10s"


class Struck(UsageError):
    """A worker that is not on the roll, or no longer, has tried to write."""


class Roll:
    """The roll of one run, as its director keeps it.

    Args:
        engine: Of the store, PostgreSQL.
        url: Where it is, for messages.
        run: Name of the run.
    """

    def __init__(self, engine: AsyncEngine, url: str, run: str) -> None:
        self._engine = engine
        self._url = url
        self._run = run

    async def enter(self, worker: str, node: str) -> None:
        """Let a worker write."""
        row = {"run": self._run, "worker": worker, "node": node, "since": time.time()}
        with said_plainly(self._url):
            async with self._engine.begin() as connection:
                await connection.execute(insert(workers), [row])

    async def strike(self, worker: str) -> None:
        """Let a worker write no more; returns when nothing of it can be written any more."""
        own = and_(workers.c.run == self._run, workers.c.worker == worker)
        with said_plainly(self._url):
            async with self._engine.begin() as connection:
                await connection.execute(delete(workers).where(own))


def signed(run: str, worker: str, *, idle: str = IDLE) -> Callable[[AsyncConnection], Awaitable[None]]:
    """The guard of a worker's `homophily.lab.store.Store`: raises `Struck` once it is off the roll.

    Args:
        run: Name of the run.
        worker: Its name on the roll.
        idle: How long the server leaves a transaction of the worker open that it says nothing in.
    """
    limit = func.set_config("idle_in_transaction_session_timeout", idle, True)
    own = and_(workers.c.run == run, workers.c.worker == worker)
    query = select(limit).select_from(workers).where(own).with_for_update(read=True)

    async def guard(connection: AsyncConnection) -> None:
        if (await connection.execute(query)).first() is None:
            raise Struck(
                f"worker {worker} is off the roll of the run {run!r}, which is played from elsewhere by now; "
                "what was answered is kept."
            )

    return guard
