"""A server that was started for bots ends with them, even where they are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import environment

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks for children in /proc")


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be counted does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(happens: Callable[[], object], seconds: float = 60.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happens():
            return True
        time.sleep(0.05)
    return False


def test_killed_bots_leave_no_server_behind(tmp_path: Path) -> None:
    words = ("bots", "teammates", "--participants", "500", "--languages", "en", "--quiet")
    bots = subprocess.Popen(
        [sys.executable, "-m", "homophily", *words],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert until(lambda: list(tmp_path.glob("runs/*/answers.db")))  # the server has opened its run
        (server,) = children(bots.pid)
        os.kill(bots.pid, signal.SIGKILL)
        bots.wait()
        assert until(lambda: not runs(server), 30)
    finally:
        bots.kill()
        bots.wait()
