"""What the clients share: the job, and a process that does it once and says what it took.

Each client runs in a process and an environment of its own, which need not hold this project; so nothing is
imported here that Python does not bring.
"""

from __future__ import annotations

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

from benchmarks.echo import answered

__all__ = ["MODEL", "Job", "Kept", "done", "role", "said", "text"]

MODEL = "echo"
#: What is found in the record afterwards: the value by agent and statement.
Kept = dict[tuple[int, int], int]


@dataclass(frozen=True)
class Job:
    """A questionnaire for many agents, each statement a chat completion of its own.

    Attributes:
        url: Base of the API.
        agents: How many fill it in.
        items: How many statements it has.
        concurrency: Requests under way at most.
        folder: Where the record goes.
        how: Which of a client's ways of doing it, where it has several.
    """

    url: str
    agents: int
    items: int
    concurrency: int
    folder: str
    how: str = ""

    @property
    def asks(self) -> int:
        return self.agents * self.items


def role(agent: int) -> str:
    return f"You are agent {agent}, who works with others on a common task."


def text(item: int) -> str:
    return f"How far do you agree with statement {item}, from 1 (not at all) to 7 (entirely)?"


def said(job: Job) -> str:
    """A job as the child's argument."""
    return json.dumps(asdict(job))


def done(run: Callable[[Job], None], read: Callable[[Job], Kept], *packages: str) -> None:
    """Do the job that the command line holds, and print what it took as one line of JSON.

    A job of four asks goes first, so that neither late imports nor first connections count as asks.

    Args:
        run: Does a job; what it has recorded is on the disk when it returns.
        read: Reads the record from the disk.
        packages: Whose versions are told.
    """
    job = Job(**json.loads(sys.argv[1]))
    small = replace(job, agents=2, items=2, folder=f"{job.folder}-small")
    for each in (small, job):
        Path(each.folder).mkdir(parents=True)
    run(small)
    began, busy = time.perf_counter(), _busy()
    run(job)
    took, spent, peak = time.perf_counter() - began, _busy() - busy, _peak()
    kept = read(job)
    right = sum(
        kept.get((agent, item)) == answered(agent, item)
        for agent in range(job.agents)
        for item in range(job.items)
    )
    print(
        json.dumps(
            {
                "asks": job.asks,
                "seconds": took,
                "cpu": spent,
                "peak": peak,
                "right": right,
                "versions": {name: version(name) for name in packages},
                "python": platform.python_version(),
            }
        )
    )


def _busy() -> float:
    """Seconds of processor time, of ended children too."""
    told = os.times()
    return told.user + told.system + told.children_user + told.children_system


def _peak() -> float:
    """Most memory ever resident, in MiB: of this process, and of what it started and is still there."""
    whole = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            fields = dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)
        except OSError:
            continue  # ended meanwhile
        if str(os.getpid()) in (fields["Pid"], fields["PPid"]) and "VmHWM" in fields:
            whole += int(fields["VmHWM"].split()[0])
    return whole / 1024
