"""A real server of the command line in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.lab.small import ENVIRONMENT


class Server:
    """``homophily host`` with a study of its own, on a free port."""

    def __init__(self, root: Path, source: str, *options: str, **environment: str) -> None:
        self.log = root / "server.log"
        command = ("-m", "homophily", "host", source, "--port", "0", "--folder", str(root / "runs"), *options)
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *command], stderr=log, stdout=log, env=ENVIRONMENT | environment, cwd=root
            )
        self.url = self._url()

    def _url(self) -> str:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            said = self.log.read_text()
            found = [line.split()[-1] for line in said.splitlines() if line.startswith("test run")]
            if found:
                url = found[0].partition("/?")[0].rstrip("/")
                try:
                    if httpx2.get(f"{url}/health").status_code == 200:
                        return url
                except httpx2.TransportError:
                    pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer: {self.log.read_text()}")

    def kill(self) -> None:
        """As a power cut of the process: no time for anything."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, by: int = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        return self.process.wait(30)


@contextmanager
def serving(root: Path, source: str, *options: str, **environment: str) -> Iterator[Server]:
    server = Server(root, source, *options, **environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
