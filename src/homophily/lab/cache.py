"""The response cache: an answer that was paid for once is not bought again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from homophily.asks import Answer, Ask, Respondent, Usage
from homophily.errors import DataError

__all__ = ["Cache", "Cached"]

_FULL = 256
_OLD = 2.0


class Cache:
    """Answers by the SHA-256 of all that shaped them, in one SQLite file that processes may share.

    Writes are gathered and made together, at most two seconds or 256 answers late; what a crash takes is only
    asked again if the run's own store lost it too. A cache that is busy or full never stops a run.

    Args:
        path: The file; made with its folders if absent.
        fresh: Never answer from the cache, only fill it.

    Raises:
        DataError: The file is no cache, or cannot be written.
    """

    def __init__(self, path: Path | str, *, fresh: bool = False) -> None:
        self.path = Path(path)
        self.fresh = fresh
        self._pending: dict[bytes, str] = {}
        self._since = time.monotonic()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = sqlite3.connect(self.path, timeout=1.0, isolation_level=None)
            self._file.execute("PRAGMA journal_mode = WAL")
            self._file.execute("PRAGMA synchronous = OFF")  # a cache may lose what a power cut takes
            self._file.execute(
                "CREATE TABLE IF NOT EXISTS responses (key BLOB PRIMARY KEY, answer TEXT) WITHOUT ROWID"
            )
        except (OSError, sqlite3.Error) as error:
            raise DataError(
                f"the response cache {str(self.path)!r} cannot be used ({error}): see that you may write "
                "there and that there is room; if it is damaged, delete it."
            ) from error

    def get(self, key: str) -> dict[str, Any] | None:
        """The entry of a canonical key, None if there is none or `fresh` is set."""
        if self.fresh:
            return None
        name = _digest(key)
        text = self._pending.get(name)
        if text is None:
            try:
                row = self._file.execute("SELECT answer FROM responses WHERE key = ?", (name,)).fetchone()
            except sqlite3.Error as error:
                raise DataError(
                    f"the response cache {str(self.path)!r} is damaged ({error}): delete it."
                ) from error
            if row is None:
                return None
            (text,) = row
        entry: dict[str, Any] = json.loads(text)
        return entry

    def put(self, key: str, entry: dict[str, Any]) -> None:
        """Keep an entry."""
        now = time.monotonic()
        if not self._pending:
            self._since = now
        self._pending[_digest(key)] = json.dumps(entry, ensure_ascii=False)
        if len(self._pending) >= _FULL or now - self._since > _OLD:
            self.flush()

    def flush(self) -> None:
        """Write what was gathered; if another process holds the file, it waits for the next time."""
        if not self._pending:
            return
        self._since = time.monotonic()
        try:
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany("INSERT OR REPLACE INTO responses VALUES (?, ?)", self._pending.items())
            self._file.execute("COMMIT")
        except sqlite3.Error:
            if self._file.in_transaction:
                self._file.execute("ROLLBACK")
            if len(self._pending) > 100 * _FULL:
                self._pending.clear()  # a lost cache costs money, a full memory costs the run
        else:
            self._pending.clear()

    def close(self) -> None:
        """Write what was gathered and let go of the file."""
        self.flush()
        self._file.close()


class Cached:
    """A respondent whose answers are looked up before they are asked for.

    Only readable answers are kept: errors, refusals, truncated, blocked and unreadable replies never are. An
    answer from the cache cost nothing now; what it took at first stays in its record.

    Args:
        respondent: Has ``cache_key(ask) -> str``, canonical text of all that shapes its answer.
        cache: Where to look.
    """

    def __init__(self, respondent: Respondent, cache: Cache) -> None:
        self.respondent = respondent
        self.cache = cache
        self._key: Callable[[Ask], str] = respondent.cache_key  # type: ignore[attr-defined]

    async def answer(self, ask: Ask) -> Answer:
        """The kept answer, or else the respondent's own."""
        key = self._key(ask)
        entry = self.cache.get(key)
        if entry is not None:
            return _recall(entry)
        answer = await self.respondent.answer(ask)
        if answer.missing is None and not answer.cached:
            self.cache.put(key, _entry(answer))
        return answer

    async def check(self) -> None:
        """What the respondent itself checks before a run, if anything."""
        check = getattr(self.respondent, "check", None)
        if check is not None:
            await check()

    async def aclose(self) -> None:
        """Let go of connections; the cache stays open."""
        await self.respondent.aclose()

    def describe(self) -> dict[str, Any]:
        """The respondent's own settings."""
        return self.respondent.describe()


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _entry(answer: Answer) -> dict[str, Any]:
    return {
        "value": answer.value,
        "raw": answer.raw,
        "distribution": None if answer.distribution is None else dict(answer.distribution),
        "record": {**answer.record, "first_usage": asdict(answer.usage)},
    }


def _recall(entry: dict[str, Any]) -> Answer:
    free = None if entry["record"]["first_usage"]["cost"] is None else 0.0
    return Answer(**entry, usage=Usage(cost=free), cached=True)
