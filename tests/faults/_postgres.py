"""A PostgreSQL server of a test's own, to be stopped, killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.tools.postgres import _free_port, _run, programs


class Postgres:
    """A server with one database, ``lab``; made and started by `postgres`."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder, self._port = programs, folder, _free_port()
        # PostgreSQL refuses to run as root.
        self._user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
        self._data = folder / "data"

    @property
    def url(self) -> str:
        """Of the database, as `--store` takes it."""
        return f"postgresql+asyncpg://homophily@127.0.0.1:{self._port}/lab"

    def make(self) -> None:
        """Make the server's files."""
        if self._user:
            shutil.chown(self._folder, "nobody")
        self._do("initdb", "-U", "homophily", "-A", "trust", "--no-sync")
        self.start()
        self.say("CREATE DATABASE lab", to="postgres")

    def start(self) -> None:
        """Start; after a kill, once the last of the killed server's processes is gone."""
        settings = f"-p {self._port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        for attempt in range(20):
            try:
                self._do("pg_ctl", "-l", str(self._folder / "log"), "-w", "-o", settings, "start")
            except AssertionError:
                if attempt == 19:
                    raise
                time.sleep(0.2)
            else:
                return

    def stop(self) -> None:
        """Stop as an upgrade does: connections are cut, everything is written."""
        self._do("pg_ctl", "-m", "fast", "-w", "stop")

    def kill(self) -> None:
        """As a power cut: the server and all that serve its connections, with no time for anything."""
        master = int((self._data / "postmaster.pid").read_text().split()[0])
        for process in (master, *_children(master)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    def pause(self, *, go_on: bool = False) -> None:
        """Let nothing come from the server any more, connections open, as when a network is cut; or go on."""
        master = int((self._data / "postmaster.pid").read_text().split()[0])
        for process in (master, *_children(master)):
            os.kill(process, signal.SIGCONT if go_on else signal.SIGSTOP)

    def cut(self) -> int:
        """Cut every connection to the database (`pg_terminate_backend`); how many there were."""
        query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lab'"
        return len(self.say(query, to="postgres"))

    def say(self, statement: str, *, to: str = "lab") -> list[Any]:
        """What the server answers to a statement."""
        import asyncpg

        async def said() -> list[Any]:
            connection = await asyncpg.connect(self.url.replace("+asyncpg", "").rpartition("/")[0] + f"/{to}")
            try:
                return list(await connection.fetch(statement))
            finally:
                await connection.close()

        return asyncio.run(said())

    def _do(self, program: str, *arguments: str) -> None:
        _run(*self._user, self._programs / program, "-D", self._data, *arguments)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server of one's own, where its programs are installed."""
    installed = programs()
    if installed is None:
        pytest.skip("PostgreSQL is not installed: the faults of a real server are NOT tried")
    folder = Path(tempfile.mkdtemp(prefix="homophily-pg-"))
    server = Postgres(installed, folder)
    try:
        server.make()
        yield server
    finally:
        with contextlib.suppress(OSError, ValueError):
            server.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _children(parent: int) -> list[int]:
    found = []
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(each.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(each.parent.name))
    return found
