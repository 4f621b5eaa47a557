"""The writer: group commit, so that hundreds of asks share the cost of one durable transaction."""

from __future__ import annotations

import asyncio
from typing import Any

from homophily.errors import DataError, HomophilyError
from homophily.lab.store import Batch, Key, Store
from homophily.records.rows import digest

__all__ = ["Writer"]

_KNOWN_TEXTS = 20_000


class Writer:
    """Gathers what is to be recorded while a transaction is under way, and writes it with the next.

    Args:
        store: Where to.

    Attributes:
        error: Why the store takes no more; nothing is written after that.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._batch = Batch()
        self._waiting: dict[Key, asyncio.Future[dict[str, Any]]] = {}
        self._known: dict[str, None] = {}
        self._wake = asyncio.Event()
        self._closing = False
        self.error: HomophilyError | None = None
        self._task = asyncio.create_task(self._run(), name="homophily-writer")

    async def answer(self, row: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
        """Record an answer; returns once it is durable.

        Args:
            row: As `homophily.records.rows.row` makes it; the digests of `texts` are added to it.
            texts: The texts the ask rests on, by column.

        Returns:
            The row that is recorded: `row`, or the one recorded before it for the same key.
        """
        self._check()
        for column, text in texts.items():
            row[column] = name = digest(text)
            if name and name not in self._known:
                self._batch.texts[name] = text
        key = (row["session"], row["seat"], row["path"])
        self._batch.answers[key] = row
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        self._wake.set()
        return await future

    def draw(self, row: dict[str, Any]) -> None:
        """Record a draw; it is durable no later than the answers that follow it."""
        self._check()
        self._batch.draws.append(row)
        self._wake.set()

    def session(self, row: dict[str, Any]) -> None:
        """Record a session's state; it is durable no later than what follows it."""
        self._check()
        self._batch.sessions[row["session"]] = row
        self._wake.set()

    async def close(self) -> None:
        """Write what is left.

        Raises:
            DataError: The store took no more; what was recorded before is kept.
        """
        self._closing = True
        self._wake.set()
        await self._task
        if self.error:
            raise self.error

    def _check(self) -> None:
        if self.error or self._closing:
            raise self.error or DataError("the store is closed.")

    async def _run(self) -> None:
        while not (self._closing and not self._batch):
            await self._wake.wait()
            self._wake.clear()
            if not self._batch:
                continue
            batch, waiting = self._batch, self._waiting
            self._batch, self._waiting = Batch(), {}
            try:
                kept = await self._store.commit(batch)
            except HomophilyError as error:
                self._fail(error, waiting)
                return
            except Exception as error:  # nobody may wait for ever
                self._fail(DataError(f"the store failed: {type(error).__name__}: {error}."), waiting)
                return
            self._remember(batch.texts)
            for key, future in waiting.items():
                if not future.done():
                    future.set_result(kept.get(key, batch.answers[key]))

    def _fail(self, error: HomophilyError, waiting: dict[Key, asyncio.Future[dict[str, Any]]]) -> None:
        self.error = error
        for future in (*waiting.values(), *self._waiting.values()):
            if not future.done():
                future.set_exception(error)

    def _remember(self, texts: dict[str, str]) -> None:
        if len(self._known) + len(texts) > _KNOWN_TEXTS:
            self._known.clear()
        self._known.update(dict.fromkeys(texts))
