"""The command line in processes of its own, a model's server that can misbehave, and what a store holds."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import Reaction, honest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/explanation/faults.md"
STUDY = Path(__file__).with_name("talk.py")
ASKS = 8  # of one session
PAIRS = 40
CONCURRENCY = 8
#: All that an answer says, whenever and after whatever it was given.
TOLD = (
    "session, seat, path, place, item, kind, language, respondent, agent, partner, value, type, missing, "
    "raw, seed, wording, system, history"
)
Rows = list[tuple[Any, ...]]
#: Commands under way, to be ended after a test that failed.
STARTED: list[subprocess.Popen[str]] = []


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def line(self) -> str:
        """The one line that says what is wrong."""
        assert "Traceback" not in self.stderr, self.stderr
        found = [line for line in self.stderr.splitlines() if line.startswith(("error:", "stopped"))]
        assert len(found) == 1, self.stderr
        assert self.stderr.splitlines()[-1] == found[0], self.stderr
        return found[0]


class Lab:
    """A folder with the study in it, where commands are run.

    Args:
        folder: Made if it is not there.
        url: Of the model's server.
        pairs: Sessions of the study.
        settings: Further settings of the model, as `--set` takes them.
        store: URL of the store; the run's own file by default.
    """

    def __init__(
        self, folder: Path, url: str, *, pairs: int = PAIRS, store: str = "", settings: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(STUDY, folder / "talk.py")
        model = ("kind=chat", "model=test-model", f"url={url}", f"concurrency={CONCURRENCY}", *settings)
        self.design = [f"--set=pairs={pairs}", *(f"--set=respondents.model.{each}" for each in model)]
        self.where = [f"--store={store}"] if store else []
        self.few = [f"--concurrency={CONCURRENCY}"]
        self.before: list[str] = []
        self.program = ["-m", "homophily"]
        self.environment: dict[str, str] = {}

    @property
    def play(self) -> list[str]:
        """The command that plays the study, and goes on with it."""
        return ["run", "talk.py", "--no-report", "--quiet", *self.few, *self.design, *self.where]

    @property
    def run(self) -> Path:
        """The folder of the one run."""
        (found,) = self.folder.glob("runs/*/design.json")
        return found.parent

    @property
    def file(self) -> Path:
        """Its store."""
        return self.run / "answers.db"

    def start(self, *arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
        """A command under way, with its standard streams kept."""
        command = [*self.before, sys.executable, *self.program, *map(str, arguments)]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=environment() | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )
        STARTED.append(process)
        return process

    def call(self, *arguments: str | Path, **options: Any) -> Done:
        """A command that ended."""
        return ended(self.start(*arguments, **options))


def environment() -> dict[str, str]:
    """For a command: this source, and a language and a width that are the same everywhere."""
    path = os.pathsep.join((str(ROOT / "src"), str(ROOT)))
    ours = ("HOMOPHILY_", "PYTEST")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "PYTHONPATH": path,
        "PYTHONWARNINGS": "error",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "120",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
        "no_proxy": "*",
    }


def ended(process: subprocess.Popen[str], within: float = 120) -> Done:
    """How a command under way ends."""
    try:
        stdout, stderr = process.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"still running after {within} s: {process.communicate()}") from None
    return Done(process.returncode, stdout, stderr)


def killed(process: subprocess.Popen[str]) -> None:
    """As a power cut: no time for anything."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


class Model(ChatServer):
    """A model's server; `react` may be changed while it serves."""

    def __init__(self, latency: float) -> None:
        super().__init__(lambda body, nth: honest(body), latency)

    @property
    def seeds(self) -> list[int]:
        """Of the requests so far: what tells one ask from another."""
        return [body["seed"] for body in list(self.bodies)]

    def wait(self, requests: int, process: subprocess.Popen[str] | None = None) -> None:
        """Until so many requests have come in all."""
        until(lambda: len(self.bodies) >= requests, process)


def until(true: Callable[[], Any], process: subprocess.Popen[str] | None = None, within: float = 60) -> None:
    """Wait for something to come true while a process lives."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not come true"
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.003)


@contextmanager
def modelled(latency: float = 0.0) -> Iterator[Model]:
    """A model's server in a thread of its own."""
    loop, model, up = asyncio.new_event_loop(), Model(latency), threading.Event()
    over = asyncio.Event()

    async def serve() -> None:
        async with serving(model):
            up.set()
            await over.wait()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    up.wait()
    try:
        yield model
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def always(reaction: Reaction) -> Callable[[Mapping[str, Any], int], Reaction]:
    """A server that has one reply for everybody."""
    return lambda body, nth: reaction


def told(lab: Lab, columns: str = TOLD) -> Rows:
    """The answers that a run has kept so far, in order."""
    query = f"SELECT {columns} FROM answers ORDER BY session, seat, path"
    if "postgresql" in "".join(lab.where):
        return asyncio.run(_asked(lab.where[0].partition("=")[2].replace("+asyncpg", ""), query))
    runs = list(lab.folder.glob("runs/*/answers.db"))
    return _read(runs[0], query) if runs else []


def seeds(lab: Lab) -> set[int]:
    """What a store's answers were asked with, as a model's server sees it."""
    return {int(seed) & 0x7FFFFFFF for (seed,) in told(lab, "seed")}


def _read(file: Path, query: str) -> Rows:
    """From a copy, so that reading mends nothing."""
    with tempfile.TemporaryDirectory() as name:
        for each in file.parent.glob(f"{file.name}*"):
            shutil.copyfile(each, Path(name) / each.name)
        with closing(sqlite3.connect(Path(name) / file.name)) as copy:
            if not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'answers'").fetchall():
                return []
            assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return copy.execute(query).fetchall()


async def _asked(url: str, query: str) -> Rows:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    except asyncpg.UndefinedTableError:
        return []
    finally:
        await connection.close()


def shown(fault: str, line: str, where: Lab | Path) -> None:
    """See to it that the page tells what was seen of a fault.

    Args:
        fault: Its name in the page.
        line: The line as it was printed; empty where there is nothing to be seen.
        where: The folder that stands in it as ``/study``.
    """
    seen = plain(line, where.folder if isinstance(where, Lab) else where)
    told = page()[fault][1].strip("`")
    parts = [re.escape(part) for part in told.split("…")]  # which stands for what another row tells in full
    assert re.fullmatch(".*".join(parts), seen or "nothing"), (
        f"{seen}\n{PAGE.name} tells of {fault!r}: {told}"
    )


def page() -> dict[str, list[str]]:
    """The rows of the page by their fault: how it was tried, what is seen, what is kept, what to do."""
    rows = [
        line.strip("| ").split(" | ")
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and not line.startswith(("| fault |", "| --- |"))
    ]
    return {row[0]: row[1:] for row in rows}


#: What differs from machine to machine, and from one version of OpenSSL to the next.
_SAME = (
    (r"(talk|forms)-[0-9a-f]{8}", r"\1-1a2b3c4d"),
    (r"\(number \d+ on node7\)", "(number 4711 on node7)"),
    (r"\(number \d+ on (?!node7)[^)]*\)", "(number 4711 on laptop)"),
    (r"'127\.0\.0\.1', \d+", "'127.0.0.1', 5432"),
    (r"@127\.0\.0\.1:\d+", "@127.0.0.1:5432"),
    (r"/127\.0\.0\.1:\d+", "/127.0.0.1:8000"),
    (r"received \d+ bytes, expected \d+", "received 174 bytes, expected 237"),
    (r" \(_ssl\.c:\d+\)", ""),
    (r"RECORD_LAYER_FAILURE\] record layer failure", "WRONG_VERSION_NUMBER] wrong version number"),
    ("self signed", "self-signed"),
)


def plain(line: str, folder: Path) -> str:
    """A line as the page has it: places and numbers that differ from machine to machine are set the same."""
    line = line.replace(str(folder.resolve()), "/study").replace(str(folder), "/study")
    for pattern, same in _SAME:
        line = re.sub(pattern, same, line)
    return line
