"""What our client costs: asks through `Chat.answer` against a bare httpx2 loop, side by side.

    python -m benchmarks.wire [--asks 2000] [--latency 0] [--rounds 5]

An echo server runs as a process of its own. Rounds alternate between the two; the median of
each counts.
Nothing
is stored here: `benchmarks/overhead.py` measures whole sessions with every answer durable.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

import httpx2

from homophily.asks import Ask
from homophily.items import Likert
from homophily.respondents.chat import Chat

CONCURRENCY = 64
ITEM = Likert(id="trust/01", text="I can rely on my partner.", labels={1: "not at all", 7: "entirely"})


def asks(number: int) -> list[Ask]:
    return [
        Ask(session=f"s{n}", seat="a", path="p", item=ITEM, system="You are Ann.", seed=n)
        for n in range(number)
    ]


async def gather(number: int, one: Callable[[int], Awaitable[object]]) -> float:
    """Asks per second with a fixed number of workers."""
    waiting = iter(range(number))

    async def work() -> None:
        for n in waiting:
            await one(n)

    began = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))
    return number / (time.perf_counter() - began)


async def bare(url: str, number: int) -> float:
    chat = Chat(model="m", url=url)
    bodies = [chat.request(ask) for ask in asks(number)]
    async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=CONCURRENCY)) as client:

        async def one(n: int) -> None:
            response = await client.post(f"{url}/chat/completions", json=bodies[n])
            int(response.json()["usage"]["prompt_tokens"])

        return await gather(number, one)


async def ours(url: str, number: int) -> float:
    chat = Chat(model="m", url=url, concurrency=CONCURRENCY)
    batch = asks(number)

    async def one(n: int) -> None:
        answer = await chat.answer(batch[n])
        if answer.missing:
            raise SystemExit(f"the echo server was misread: {answer}")

    try:
        return await gather(number, one)
    finally:
        await chat.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--asks", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    command = [sys.executable, "-m", "tests.tools.chat_server", "--latency", str(given.latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            rates: dict[str, list[float]] = {"bare": [], "ours": []}
            spent: dict[str, list[float]] = {"bare": [], "ours": []}
            for _ in range(given.rounds):
                for name, loop in (("bare", bare), ("ours", ours)):
                    began = time.process_time()
                    rates[name].append(asyncio.run(loop(url, given.asks)))
                    spent[name].append((time.process_time() - began) / given.asks * 1e6)
        finally:
            server.terminate()
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"latency {given.latency * 1000:g} ms, {given.asks} asks, concurrency {CONCURRENCY}")
    for name, median in medians.items():
        rounds = ", ".join(f"{rate:.0f}" for rate in rates[name])
        cpu = statistics.median(spent[name])
        print(f"{name}: {median:7.0f} asks/s, {cpu:5.0f} µs of CPU an ask   (rounds: {rounds})")
    print(f"ours / bare = {medians['ours'] / medians['bare']:.2f}")


if __name__ == "__main__":
    main()
