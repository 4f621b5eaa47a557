"""Databases: opening the place where records are kept, and saying plainly what is wrong with it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from sqlalchemy import URL, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from homophily.errors import DataError, HomophilyError, Unreachable, UsageError
from homophily.records.migrations import MIGRATIONS, Unfit, bring_up

__all__ = [
    "AWAY",
    "PATIENCE",
    "Place",
    "connect",
    "patiently",
    "public",
    "said_plainly",
    "url_of",
    "whereabouts",
]

#: Seconds that a store held by another program is waited for.
PATIENCE = 30.0
#: Seconds that a store's server which is away in mid-run is waited for.
AWAY = 60.0

_log = logging.getLogger("homophily.store")
T = TypeVar("T")

_PLAINLY = {
    "not a database": "is damaged, or no Homophily store; restore a copy, or start anew with --fresh",
    "malformed": "is damaged; restore a copy, or start anew with --fresh",
    "unable to open": "cannot be opened; check that the folder exists and that you may write there",
    "readonly": "cannot be written; check the permissions of the file and its folder",
    "read-only": "cannot be written; check the permissions of the file and its folder",
    "locked": "is held by another program; close that one, then the same command resumes",
    "is full": "has no room left on its disk; free some, then the same command resumes",
    "disk i/o": "cannot be read or written (disk error); check the disk and the room on it, then the same "
    "command resumes",
}


def url_of(place: str | Path) -> str:
    """The database URL of a place: a URL as it stands, a file as SQLite, a run's folder by its store."""
    if "://" in str(place):
        return str(place)
    path = Path(place)
    file = path / "answers.db" if path.is_dir() else path
    return f"sqlite+aiosqlite:///{file.absolute()}"


def whereabouts(place: str | Path) -> tuple[str, str | None]:
    """The database URL of a place, as `url_of`, and the name of the run that a run's folder stands for."""
    file = Path(place) / "environment.json"
    if "://" in str(place) or not file.is_file():
        return url_of(place), None
    try:
        environment = json.loads(file.read_text(encoding="utf-8"))
        return environment["store"] or url_of(place), environment["run"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{str(file)!r} cannot be read: {error}. Restore it from a copy.") from error


def public(url: str) -> str:
    """The URL without its password, for messages and the record.

    Raises:
        UsageError: It is no database URL.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError(
            f"{url!r} is no database URL: write it as postgresql+asyncpg://user@host/database."
        ) from error
    if parsed.drivername.startswith("sqlite"):
        file = parsed.database or url
        return unquote(file.removeprefix("file:")) if file.startswith("file:") else file
    return parsed._replace(password=None).render_as_string()


async def connect(
    url: str, *, create: bool = False, durable: bool = True, connections: int | None = None
) -> AsyncEngine:
    """An engine whose store has the present schema.

    Args:
        url: `sqlite+aiosqlite:///file` or `postgresql+asyncpg://user@host/database`.
        create: Whether a missing SQLite file or empty database is to become a store.
        durable: Whether a commit outlasts a power cut (SQLite ``synchronous=FULL``); a killed process
            loses no commit either way.
        connections: Most connections to a server at once; SQLAlchemy's own limit by default.

    Raises:
        UsageError: The URL names no store.
        Unreachable: Its server is not there.
        DataError: What is there cannot be read as a store.
    """
    engine = _engine(url, durable=durable, create=create, connections=connections)
    try:
        with said_plainly(url):
            async with engine.begin() as connection:
                await connection.run_sync(bring_up, MIGRATIONS, create=create)
    except HomophilyError:
        await engine.dispose()
        raise
    return engine


@contextmanager
def said_plainly(url: str) -> Iterator[None]:
    """Turns the database's errors into one line that names the store and what to do."""
    try:
        yield
    except Unfit as error:
        raise type(error)(f"the store {public(url)} cannot be used: {error}.") from error
    except SQLAlchemyError as error:
        said = " ".join(str(getattr(error, "orig", None) or error).split())
        if _away(error):
            raise Unreachable(public(url), said) from error
        for sign, plain in _PLAINLY.items():
            if sign in said.lower():
                raise DataError(f"the store {public(url)} {plain} ({said}).") from error
        raise DataError(f"the store {public(url)} failed: {said[:300]}.") from error
    except OSError as error:
        said = " ".join(str(error).split()) or f"no reply within {AWAY:g} s"
        raise Unreachable(public(url), said) from error


async def patiently(do: Callable[[], Awaitable[T]]) -> T:
    """What `do` gives; while the store's server is away it is tried again, for `AWAY` seconds.

    Args:
        do: May be done twice: what it writes is written once.

    Raises:
        Unreachable: The server did not come back.
    """
    end = None
    while True:
        try:
            return await do()
        except Unreachable as error:
            now = time.monotonic()
            if end is None:
                end = now + AWAY
                _log.warning("%s; trying again for %g s", error.short, AWAY)
            if now >= end:
                raise
            await asyncio.sleep(0.5)


class Place:
    """Where a store lies, to notice that its file was moved or deleted while it is open.

    An open file can be written to after that, and what is written is found by nobody.

    Args:
        engine: Of the store.

    Attributes:
        file: Its file; None where a server keeps it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        named = engine.url.database if engine.dialect.name == "sqlite" else None
        self.file = Path(named) if named else None
        self._known = self._now()

    def check(self) -> None:
        """See to it that the file is still there.

        Raises:
            Unfit: It is not.
        """
        if self._now() != self._known:
            raise Unfit("its file was moved, deleted or replaced; put it back, then the same command goes on")

    def _now(self) -> tuple[int, int] | None:
        if self.file is None:
            return None
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


def _away(error: SQLAlchemyError) -> bool:
    """Whether a server's connection is gone, or it takes none for the moment (SQLSTATE classes 08, 57P)."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")
    return bool(getattr(error, "connection_invalidated", False)) or state.startswith(("08", "57P", "53300"))


def _engine(url: str, *, durable: bool, create: bool, connections: int | None) -> AsyncEngine:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UsageError(
            f"{url!r} is no store: use a file, or postgresql+asyncpg://user@host/name."
        ) from error
    if parsed.drivername == "sqlite+aiosqlite":
        file = Path(parsed.database or "")
        if not create and not file.is_file():
            raise UsageError(f"there is no store {str(file)!r}.")
        if not create and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
            return create_async_engine(_closed(parsed, file), connect_args={"timeout": PATIENCE})
        engine = create_async_engine(parsed, connect_args={"timeout": PATIENCE})
        event.listen(engine.sync_engine, "connect", _pragmas("FULL" if durable else "NORMAL"))
        return engine
    if parsed.drivername == "postgresql+asyncpg":
        try:
            most = {} if connections is None else {"pool_size": connections, "max_overflow": 0}
            return create_async_engine(parsed, pool_pre_ping=True, connect_args={"timeout": AWAY}, **most)
        except ModuleNotFoundError as error:
            raise UsageError("PostgreSQL needs a driver: pip install 'homophily[postgres]'.") from error
    raise UsageError(
        f"{parsed.drivername!r} is no kind of store: use a file, or postgresql+asyncpg://user@host/name."
    )


def _closed(url: URL, file: Path) -> URL:
    """The URL of a file that may only be read: an archive's, a colleague's, one on a read-only disk."""
    log = file.with_name(f"{file.name}-wal")
    # Without a log there is nobody who writes, and SQLite needs no files beside this one to agree with them.
    still = {} if log.is_file() and log.stat().st_size else {"immutable": "1"}
    return url.set(
        database=f"file:{quote(str(file.absolute()))}", query={"uri": "true", "mode": "ro"} | still
    )


def _pragmas(synchronous: str) -> Any:
    def on_connect(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            tables = {name for (name,) in cursor.fetchall()}
            if not tables or "schema_version" in tables:  # another program's file stays as it is
                cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute(f"PRAGMA synchronous={synchronous}")
            cursor.execute("PRAGMA foreign_keys=ON")
            cursor.execute("PRAGMA secure_delete=ON")  # what a person withdraws must not stay in the file
        except Exception:
            connection.close()  # nobody else knows of it yet
            raise
        cursor.close()

    return on_connect
