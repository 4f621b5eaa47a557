"""What durability costs: one-turn questions against a local echo server, beside clients that keep nothing.

    python -m benchmarks.overhead                 the table of the README
    python -m benchmarks.overhead --memory        memory over 100,000 asks

The clients take turns within each repeat, so that a busy machine is unkind to all of them alike.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib.metadata
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.one_turn import OneTurn, question, study

Client = Callable[[str, int, int], Awaitable[None]]


@contextlib.contextmanager
def echo(latency: float) -> Iterator[str]:
    """The URL of an echo server in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.echo", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.kill()


def body(number: int) -> dict[str, Any]:
    return {
        "model": "echo",
        "messages": [{"role": "user", "content": question(number)}],
        "max_tokens": 16,
        "temperature": 0.0,
    }


async def bare(url: str, asks: int, concurrency: int) -> None:
    import httpx2

    numbers = iter(range(asks))
    limits = httpx2.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    async with httpx2.AsyncClient(limits=limits, timeout=60) as client:

        async def work() -> None:
            for number in numbers:
                reply = await client.post(f"{url}/chat/completions", json=body(number))
                assert reply.json()["choices"][0]["message"]["content"]

        await asyncio.gather(*(work() for _ in range(concurrency)))


async def openai(url: str, asks: int, concurrency: int) -> None:
    from openai import AsyncOpenAI

    numbers = iter(range(asks))
    async with AsyncOpenAI(base_url=url, api_key="none") as client:

        async def work() -> None:
            for number in numbers:
                reply = await client.chat.completions.create(**body(number))
                assert reply.choices[0].message.content

        await asyncio.gather(*(work() for _ in range(concurrency)))


async def durable(url: str, asks: int, concurrency: int) -> None:
    """Every answer in the store, with ``synchronous=FULL``, before its session goes on."""
    from homophily.lab.runner import play
    from homophily.lab.runs import create

    chat = {"kind": "chat", "model": "echo", "url": url, "concurrency": concurrency}
    design = OneTurn(questions=asks, respondents={"model": chat})
    root = tempfile.mkdtemp(prefix="homophily-overhead-", dir=os.environ.get("BENCHMARK_ROOT"))
    try:
        done = await play(create(study, design, root=root), study, design)
        assert (done.answers, done.missing) == (asks, 0), done
    finally:
        shutil.rmtree(root)


def measure(client: Client, url: str, asks: int, concurrency: int) -> tuple[float, float]:
    """Seconds on the clock, and seconds of this process's CPU."""
    began, busy = time.perf_counter(), time.process_time()
    asyncio.run(client(url, asks, concurrency))
    return time.perf_counter() - began, time.process_time() - busy


def compare(asks: int, concurrency: int, repeats: int) -> None:
    clients: dict[str, Client] = {"bare httpx2": bare, "bare openai": openai, "homophily, durable": durable}
    try:
        import openai as _
    except ModuleNotFoundError:
        del clients["bare openai"]
    packages = ", ".join(map(_version, ("httpx2", "openai", "sqlalchemy", "aiosqlite", "homophily")))
    print(f"{asks} one-turn questions, {concurrency} at a time, {repeats} interleaved repeats")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(packages)
    print(f"{'latency':>8}  {'client':<20}{'asks/s':>8}{'range':>12}{'of bare':>9}{'range':>12}{'CPU ms':>8}")
    for latency in (0, 50):
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in clients}
        with echo(latency) as url:
            for client in clients.values():
                measure(client, url, 64, concurrency)  # imports and first connections
            for _ in range(repeats):
                for name, client in clients.items():
                    found[name].append(measure(client, url, asks, concurrency))
        for name in clients:
            rates = [asks / wall for wall, _ in found[name]]
            ratios = [
                base / wall for (wall, _), (base, _) in zip(found[name], found["bare httpx2"], strict=True)
            ]
            cpu = statistics.median(cpu for _, cpu in found[name]) / asks * 1000
            print(
                f"{latency:>5} ms  {name:<20}{statistics.median(rates):>8.0f}"
                f"{f'{min(rates):.0f}–{max(rates):.0f}':>12}{statistics.median(ratios):>9.2f}"
                f"{f'{min(ratios):.2f}–{max(ratios):.2f}':>12}{cpu:>8.2f}"
            )


def memory(asks: int, concurrency: int) -> None:
    """Resident memory while a run goes on, from its first tenth to its end."""
    from homophily.lab.events import Answered, Event
    from homophily.lab.runner import play
    from homophily.lab.runs import create

    count = 0

    def watch(event: Event) -> None:
        nonlocal count
        if isinstance(event, Answered):
            count += 1
            if count % (asks // 10) == 0:
                print(f"{count:>8} asks  {_resident():>7.1f} MB", flush=True)

    root = tempfile.mkdtemp(prefix="homophily-memory-")
    began = time.perf_counter()
    try:
        with echo(0) as url:
            chat = {"kind": "chat", "model": "echo", "url": url, "concurrency": concurrency}
            design = OneTurn(questions=asks, respondents={"model": chat})
            asyncio.run(play(create(study, design, root=root), study, design, observers=[watch]))
    finally:
        shutil.rmtree(root)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:.1f} MB, {asks / (time.perf_counter() - began):.0f} asks/s")


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"{package} –"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--asks", type=int)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--memory", action="store_true")
    given = parser.parse_args()
    if given.memory:
        memory(given.asks or 100_000, given.concurrency)
    else:
        compare(given.asks or 2_000, given.concurrency, given.repeats)
