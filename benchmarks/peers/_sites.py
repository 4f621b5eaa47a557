"""The two servers, each started for one measurement: where it is entered, and what it has kept."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Protocol

import httpx2
from benchmarks._hosted import Hosted, busy, most
from benchmarks.peers._walker import Form

from homophily.lab import answers, open_run

__all__ = ["Here", "Kept", "Otree", "Site", "kept_in", "named"]

HERE = Path(__file__).parent
#: By walker, each question's answer as text.
Kept = dict[str, dict[str, str]]


class Site(Protocol):
    """A server that people take part at."""

    def link(self, who: str) -> str:
        """Where a participant enters."""
        ...

    def names(self, form: Form) -> dict[str, str]:
        """The question of each field, where its name does not say."""
        ...

    def kept(self) -> Kept:
        """Answers recorded, by the walker that the text names."""
        ...

    def cost(self) -> tuple[float, float]:
        """Seconds of processor time taken so far, and the most memory held, in MiB."""
        ...

    def stop(self) -> None:
        """Stop it."""
        ...


class Here:
    """``homophily host`` with the flow as its study."""

    def __init__(self, folder: Path, people: int, store: str) -> None:
        self._folder, self._store = folder, store
        self._server = Hosted(str(HERE / "flow.py"), folder, people, [f"people={people}"], store)

    def link(self, who: str) -> str:
        return f"{self._server.url}/?pid={who}&language=en"

    def names(self, form: Form) -> dict[str, str]:
        return named(form)

    def kept(self) -> Kept:
        return kept_in(self._folder, self._store)

    def cost(self) -> tuple[float, float]:
        return busy(self._server.pid), most(self._server.pid)

    def stop(self) -> None:
        self._server.stop()


def named(form: Form) -> dict[str, str]:
    """The question of each field on a page of ours."""
    return {f"f{n}": key.partition(":")[2] for n, key in enumerate(form.hidden["ask"])}


def kept_in(folder: Path, store: str = "") -> Kept:
    """What the flow's run in a folder holds."""
    table = answers(open_run(next(folder.glob("flow-*")), store=store or None))
    kept = [
        dict(zip(part["path"], part["value"].astype(str), strict=True))
        for _, part in table.groupby("session")
    ]
    return {each["t0"].partition(":")[0]: each for each in kept if "t0" in each}


class Otree:
    """oTree's ``prodserver`` with the same flow as its app."""

    def __init__(self, python: str, folder: Path, people: int, store: str) -> None:
        project = folder / "project"
        shutil.copytree(HERE / "otree", project)
        (project / "_static").mkdir()
        programs = Path(python).parent
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"},
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": str(HERE.parents[1]),
            "OTREE_PRODUCTION": "1",
            "OTREE_REST_KEY": "key",
            "OTREE_ADMIN_PASSWORD": "only-for-this-measurement",
            **({"DATABASE_URL": store} if store else {}),
        }
        self._url = f"http://127.0.0.1:{_free_port()}"
        self._api = httpx2.Client(base_url=self._url, headers={"otree-rest-key": "key"}, timeout=120)
        otree = str(programs / "otree")
        subprocess.run(
            [otree, "resetdb", "--noinput"],
            cwd=project,
            env=self._environment,
            check=True,
            capture_output=True,
        )
        self._log = open(folder / "log", "w")  # noqa: SIM115
        self._process = subprocess.Popen(
            [otree, "prodserver", self._url.removeprefix("http://")],
            cwd=project,
            env=self._environment,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._join = self._opened(people)

    def _opened(self, people: int) -> str:
        until = time.monotonic() + 60
        while True:
            try:
                session = {"session_config_name": "flow", "num_participants": people}
                made = self._api.post("/api/sessions", json=session)
                return str(made.raise_for_status().json()["session_wide_url"])
            except httpx2.TransportError:
                if time.monotonic() > until:
                    raise SystemExit("oTree did not start") from None
                time.sleep(0.2)

    def link(self, who: str) -> str:
        return f"{self._join}?participant_label={who}"

    def names(self, form: Form) -> dict[str, str]:
        return {}

    def kept(self) -> Kept:
        table = self._api.get("/api/export_app", params={"app": "flow"}).raise_for_status().text
        kept: Kept = {}
        for row in csv.DictReader(io.StringIO(table)):
            who = row["player.t0"].partition(":")[0]
            kept[who] = {key.removeprefix("player."): value for key, value in row.items() if "player." in key}
        return kept

    def cost(self) -> tuple[float, float]:
        pids = [self._process.pid, *_children(self._process.pid)]
        return sum(map(busy, pids)), sum(map(most, pids))

    def stop(self) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()
        self._log.close()


def _children(pid: int) -> list[int]:
    """Processes that this one has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port
