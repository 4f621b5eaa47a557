"""A newcomer who follows a page in an empty folder: saves its files, types its commands, runs its Python.

Exports, environments and changes of folder last from one command to the next. ``homophily host`` and
``homophily serve`` go on until they answer, and are stopped when the next server starts or the page ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO

from tests.docs.blocks import ROOT, Block, Command

__all__ = ["Newcomer"]

_LIMIT = 1800.0  # seconds, so that nothing hangs; far more than any page takes
_SERVERS = re.compile(r"^\s*homophily (?:host|serve)\b")
_ADDRESS = re.compile(r"http://(?:127\.0\.0\.1|0\.0\.0\.0)(:\d+)")


class Newcomer:
    """Somebody who does what a page says.

    Args:
        folder: Where they do it.
        aside: A folder for what they do not see: the shell's state, logs.
    """

    def __init__(self, folder: Path, aside: Path) -> None:
        self.folder, self.aside = folder, aside
        self.state = aside / "state.sh"
        self.python: subprocess.Popen[str] | None = None
        self.server: tuple[subprocess.Popen[str], Path, IO[str]] | None = None
        self.environment = _environment(aside / "bin")

    def follow(self, block: Block) -> None:
        """Do what one block says.

        Raises:
            AssertionError: It failed, or printed something other than the page shows.
        """
        if block.file:
            target = self.folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            self._compute(block)
        else:
            for command in block.commands:
                self.type(command)

    def type(self, command: Command) -> str:
        """Type one command; its output."""
        output = (self._serve if _SERVERS.match(command.text) else self._shell)(command)
        _compare(command, output)
        return output

    def leave(self) -> None:
        """Close what is open."""
        self._stop()
        if self.python is not None:
            self.python.communicate()

    def _line(self, command: str) -> list[str]:
        keep = f"{{ export -p; echo \"cd '$PWD'\"; }} > '{self.state}'"
        return ["bash", "-c", f"set -o pipefail; [ ! -f '{self.state}' ] || . '{self.state}'\n{command}\n"
                              f"told=$?; {keep}; exit $told"]  # fmt: skip

    def _shell(self, command: Command) -> str:
        log = self.aside / "command.log"
        with (
            log.open("w") as output,
            subprocess.Popen(
                self._line(command.text),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ) as typed,
        ):
            try:
                ended = typed.wait(_LIMIT)
            except BaseException:  # time is up or tests are stopped: all that it started goes too
                os.killpg(typed.pid, signal.SIGKILL)
                raise
        told = log.read_text(encoding="utf-8", errors="replace")
        assert ended == 0, f"line {command.line}: {command.text}\n{told[-3000:]}"
        assert "Traceback (most recent" not in told, f"line {command.line}: {command.text}\n{told[-3000:]}"
        return told

    def _compute(self, block: Block) -> None:
        if self.python is None:
            self.python = subprocess.Popen(
                self._line(f"exec python -u '{Path(__file__).with_name('repl.py')}'"),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self.python.stdin is not None
        assert self.python.stdout is not None
        name = f"line {block.line}"
        self.python.stdin.write(json.dumps({"name": name, "code": block.text}) + "\n")
        self.python.stdin.flush()
        wrong = json.loads(self.python.stdout.readline() or '"Python ended."')
        assert not wrong, f"the Python that begins at {name}:\n{wrong}"

    def _serve(self, command: Command) -> str:
        self._stop()
        lock = (self.aside.parents[1] / "port.lock").open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)  # pages name one port, and tests run side by side
        log = self.aside / "server.log"
        with log.open("w") as output:
            server = subprocess.Popen(
                self._line(f"exec {command.text}"),
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
            )
        self.server = (server, log, lock)
        until = time.monotonic() + 120
        while time.monotonic() < until and server.poll() is None:
            address = _ADDRESS.search(log.read_text(encoding="utf-8"))
            if address and _answers(f"http://127.0.0.1{address[1]}/health"):
                return log.read_text(encoding="utf-8")
            time.sleep(0.2)
        raise AssertionError(
            f"line {command.line}: {command.text} does not answer\n{log.read_text()[-3000:]}"
        )

    def _stop(self) -> None:
        if self.server is None:
            return
        (server, log, lock), self.server = self.server, None
        server.send_signal(signal.SIGINT)
        try:
            ended = server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            raise
        finally:
            lock.close()
        assert ended == 0, f"Ctrl-C ended the server with {ended}:\n{log.read_text()[-3000:]}"


def _environment(bin: Path) -> dict[str, str]:
    """What a newcomer's shell holds: the command on its path, no keys, no way out to other machines."""
    bin.mkdir(parents=True, exist_ok=True)
    installed = Path(sys.executable).with_name("homophily")
    shim = bin / "homophily"
    if not installed.exists():
        shim.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}/src" exec "{sys.executable}" -m homophily "$@"\n')
        shim.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not re.search("_API_KEY$|^PYTEST", name)}
    kept["PATH"] = os.pathsep.join((str(bin), str(Path(sys.executable).parent), kept["PATH"]))
    kept |= {"COLUMNS": "120", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    kept.pop("PYTHONPATH", None)
    if not installed.exists():
        kept["PYTHONPATH"] = str(ROOT / "src")
    return kept


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        return error.code == 401  # it is there, and asks for its key
    except OSError:
        return False


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def _compare(command: Command, output: str) -> None:
    """The output shown is in the output: in words exactly, numbers to a tenth, ``…`` for anything."""
    if not command.shown.strip():
        return
    shown, told = (" ".join(text.split()) for text in (command.shown, output))
    parts = [_NUMBER.split(part.strip()) for part in shown.split("…")]
    pattern = ".*?".join(r"(\d+(?:\.\d+)?)".join(map(re.escape, part)) for part in parts)
    found = re.search(pattern, told, re.DOTALL)
    assert found, (
        f"line {command.line}: {command.text}\nthe page shows\n{command.shown}\nbut it prints\n{output}"
    )
    for wanted, got in zip(_NUMBER.findall(shown), found.groups(), strict=True):
        close = abs(float(wanted) - float(got)) <= 0.1 * max(abs(float(wanted)), 0.1)
        assert close, (
            f"line {command.line}: {command.text}\nthe page shows {wanted}, it prints {got}\n{output}"
        )
