"""Asks per second, processor time, memory: here, in Inspect AI and in EDSL, in turns on one echo server."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import pandas as pd
from benchmarks._grid import grid
from benchmarks.overhead import echo
from benchmarks.peers._child import Job, said
from benchmarks.peers._spread import spread

OURS = "homophily"
#: Name in the table, module, which way of doing it.
CLIENTS = {
    OURS: ("homophily", ""),
    "Inspect AI, a sample an agent": ("inspect", "agent"),
    "Inspect AI, a sample an ask": ("inspect", "ask"),
    "EDSL, cache in memory": ("edsl", "memory"),
    "EDSL, cache on disk (its default)": ("edsl", "disk"),
}
#: Milliseconds until a reply, and requests at once.
SETTINGS = ((0, 64), (100, 256))

Found = dict[str, list[dict[str, Any]]]


def once(python: str, module: str, job: Job) -> dict[str, Any]:
    """What a client's process says of one job; its home is new, so that no cache knows an answer."""
    outside = {name: os.environ[name] for name in os.environ if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))} if module == OURS else {}
    home = {"HOME": str(Path(job.folder).parent), "TMPDIR": str(Path(job.folder).parent)}
    done = subprocess.run(
        [python, "-m", f"benchmarks.peers.asks_{module}", said(job)],
        env=outside | path | home,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{module} failed:\n{done.stderr[-3000:]}")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def compare(pythons: dict[str, str], given: argparse.Namespace) -> dict[tuple[int, int], Found]:
    """By setting: clients do the same job in turns, each time in a process and a folder of its own."""
    found: dict[tuple[int, int], Found] = {setting: defaultdict(list) for setting in SETTINGS}
    clients = {name: client for name, client in CLIENTS.items() if pythons.get(client[0])}
    with contextlib.ExitStack() as stack:
        urls = {setting: stack.enter_context(echo(setting[0])) for setting in SETTINGS}
        for _, setting, (name, (module, how)) in product(range(given.repeats), SETTINGS, clients.items()):
            with tempfile.TemporaryDirectory(prefix="peers-") as folder:
                job = Job(urls[setting], given.agents, given.items, setting[1], f"{folder}/record", how)
                told = once(pythons[module], module, job)
            found[setting][name].append(told)
            print(json.dumps([*setting, name, told]), file=sys.stderr, flush=True)
    return found


def rows(found: Found) -> pd.DataFrame:
    """The table of one setting: medians, with the least and the most."""
    base = found[OURS]
    table = []
    for name, told in found.items():
        rates = [each["asks"] / each["seconds"] for each in told]
        behind = [each["seconds"] / our["seconds"] for each, our in zip(told, base, strict=True)]
        table.append(
            {
                "client": name,
                "asks/s": spread(rates, ".0f"),
                "ours is faster by": "" if name == OURS else spread(behind, ".1f"),
                "CPU ms an ask": spread([each["cpu"] / each["asks"] * 1000 for each in told], ".2f"),
                "peak MiB": f"{median(each['peak'] for each in told):.0f}",
                "answers kept rightly": f"{min(each['right'] / each['asks'] for each in told):.0%}",
            }
        )
    return pd.DataFrame(table)


def own_rate(connections: int) -> float:
    """Requests a second that the echo server takes from a client that only counts."""
    with echo(0) as url:
        port = url.removesuffix("/v1").rpartition(":")[2]
        command = [sys.executable, "-m", "benchmarks.peers._flood", port, str(connections), "20000"]
        told = [subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(3)]
    return median(float(each.stdout) for each in told)


def sync_ms() -> float:
    """Milliseconds until the disk has taken a few bytes for good."""
    took = []
    with tempfile.TemporaryFile(prefix="peers-") as file:
        for _ in range(20):
            file.write(b"x")
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append((time.perf_counter() - began) * 1000)
    return median(took)


def report(pythons: dict[str, str], given: argparse.Namespace) -> str:
    """The page's part on asks."""
    found = compare(pythons, given)
    versions = {
        ", ".join(f"{package} {number}" for package, number in told[0]["versions"].items())
        for told in found[SETTINGS[0]].values()
    }
    head = (
        f"{given.agents} agents × {given.items} statements = {given.agents * given.items} asks, "
        f"{given.repeats} repeats in turns, medians (least–most). {'; '.join(sorted(versions))}. The echo "
        f"server alone takes {own_rate(64):.0f} requests/s; a sync of the disk takes {sync_ms():.1f} ms."
    )
    parts = [
        f"Replies after {latency} ms, {concurrency} requests at once:\n\n{grid(rows(told))}"
        for (latency, concurrency), told in found.items()
    ]
    return "\n".join([head, "", *parts])
