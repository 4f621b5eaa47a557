"""A real PostgreSQL server for tests and benchmarks, where its programs are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["programs", "served"]

_PLACES = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt", "/usr/local/opt")


def programs() -> Path | None:
    """The folder of its programs; None where it is not installed."""
    found = [Path(path).parent for place in _PLACES for path in Path(place).glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    return max(found, default=Path(on_path).parent if on_path else None)


@contextmanager
def served(programs: Path) -> Iterator[str]:
    """URL of a new server that lives as long as the block; a database's name is to be added."""
    folder, port = Path(tempfile.mkdtemp(prefix="homophily-pg-")), _free_port()
    # PostgreSQL refuses to run as root.
    user = ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []
    if user:
        shutil.chown(folder, "nobody")
    data, log = str(folder / "data"), str(folder / "log")
    settings = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    try:
        _run(*user, programs / "initdb", "-D", data, "-U", "homophily", "-A", "trust", "--no-sync")
        _run(*user, programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, "start")
        yield f"postgresql+asyncpg://homophily@127.0.0.1:{port}/"
    finally:
        _run(*user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _run(*command: str | Path, check: bool = True) -> None:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, cwd="/", check=False
    )
    assert done.returncode == 0 or not check, f"{command}: {done.stdout}{done.stderr}"
