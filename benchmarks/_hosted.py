"""``homophily host`` as a process of its own, started again after a kill on the same port."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

__all__ = ["TOKEN", "Hosted", "busy", "most"]

TOKEN = "only-for-this-measurement"


class Hosted:
    """The server's process, with no limit on how fast participants come and send.

    Args:
        study: Its name or file.
        folder: Of its run.
        participants: How many can take part.
        settings: Of the design, as ``KEY=VALUE``.
        store: A database's URL; SQLite in the run's folder if empty.
    """

    def __init__(
        self, study: str, folder: Path, participants: int, settings: list[str], store: str = ""
    ) -> None:
        self._command = [sys.executable, "-m", "homophily", "host", study, "--folder", str(folder)]
        self._command += ["--participants", str(participants), "--language", "en", "--requests", "0"]
        self._command += ["--arrivals", "0", "--token-env", "LOAD_TOKEN"]
        self._command += [part for setting in settings for part in ("--set", setting)]
        self._command += ["--store", store] if store else []
        self.cpu, self.url = 0.0, ""
        self.start("0")

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self, port: str) -> None:
        """Start it, and wait until it says where it listens."""
        self._process = subprocess.Popen(
            [*self._command, "--port", port],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "LOAD_TOKEN": TOKEN},
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if line.startswith("researcher"):
                self.url = line.split()[1].removesuffix("/researcher/")
                return
        raise SystemExit("the server did not start")

    def stop(self, by: signal.Signals = signal.SIGTERM) -> None:
        """Stop it, and count the processor time it took."""
        self.cpu += busy(self.pid)
        self._process.send_signal(by)
        self._process.communicate()

    def fall_over(self) -> None:
        """``kill -9``, and the same command again."""
        self.stop(signal.SIGKILL)
        self.start(self.url.rpartition(":")[2])


def busy(pid: int) -> float:
    """Seconds of processor time that a process has taken."""
    told = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def most(pid: int) -> float:
    """The most memory, in MiB, that a process ever held."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
