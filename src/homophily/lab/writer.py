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
        self._settling: list[asyncio.Future[None]] = []
        self._known: dict[str, None] = {}
        self._erasing = 0
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

    def draft(self, row: dict[str, Any]) -> None:
        """Save a draft in place of an earlier one; a row without ``raw`` deletes it. See `settled`."""
        self._check()
        self._batch.drafts[row["session"], row["seat"], row["path"]] = row
        self._wake.set()

    def person(self, row: dict[str, Any]) -> None:
        """Save a participant's row in place of an earlier one. See `settled`."""
        self._check()
        self._batch.people[row["id"]] = row
        self._wake.set()

    def erase(self, run: str, session: str) -> None:
        """Delete all that a session left; nobody may play it any more. See `settled`."""
        self._check()
        self._batch.erased.append((run, session))
        self._erasing += 1
        self._known.clear()  # texts may go with the session: whoever needs one from now on brings it
        self._wake.set()

    async def settled(self) -> None:
        """Returns once all that was handed over so far is durable."""
        self._check()
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._settling.append(future)
        self._wake.set()
        await future

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
        while not (self._closing and not self._batch and not self._settling):
            await self._wake.wait()
            self._wake.clear()
            batch, waiting, settling = self._batch, self._waiting, self._settling
            self._batch, self._waiting, self._settling = Batch(), {}, []
            try:
                kept = await self._store.commit(batch) if batch else {}
            except HomophilyError as error:
                self._fail(error, waiting, settling)
                return
            except Exception as error:  # nobody may wait for ever
                self._fail(
                    DataError(f"the store failed: {type(error).__name__}: {error}."), waiting, settling
                )
                return
            self._erasing -= len(batch.erased)
            self._remember(batch.texts)
            for key, future in waiting.items():
                if not future.done():
                    future.set_result(kept.get(key, batch.answers[key]))
            for done in settling:
                if not done.done():
                    done.set_result(None)

    def _fail(
        self,
        error: HomophilyError,
        waiting: dict[Key, asyncio.Future[dict[str, Any]]],
        settling: list[asyncio.Future[None]],
    ) -> None:
        self.error = error
        futures: list[asyncio.Future[Any]] = [*waiting.values(), *self._waiting.values()]
        for future in (*futures, *settling, *self._settling):
            if not future.done():
                future.set_exception(error)

    def _remember(self, texts: dict[str, str]) -> None:
        if self._erasing:
            return
        if len(self._known) + len(texts) > _KNOWN_TEXTS:
            self._known.clear()
        self._known.update(dict.fromkeys(texts))
