"""A chat server of our own for tests and benchmarks: it answers at once, late, wrongly or not at all.

    python -m tests.tools.chat_server --port 8080 --latency 0.05    an honest server, 50 ms slow
    python -m tests.tools.chat_server --port 8080 --faults 0.3      three of ten requests meet a fault

It speaks HTTP/1.1 on asyncio's protocol classes, so that little of the time measured against it is its own.
Which request meets which fault depends on the request alone, not on the order of arrival.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Any

from tests.tools.faults import ANSWERS, FAULTS, Reaction, honest, http

__all__ = ["ChatServer", "at_random", "serving"]

React = Callable[[dict[str, Any], int], Reaction]


def at_random(share: float, names: Iterable[str] = (*FAULTS, *ANSWERS), seed: int = 1) -> React:
    """Reactions of which a share are faults, drawn by the request's body and how often it came."""
    drawn = list(names)

    def react(body: dict[str, Any], nth: int) -> Reaction:
        rng = random.Random(f"{seed}/{nth}/{json.dumps(body, sort_keys=True)}")
        if rng.random() >= share:
            return honest(body)
        return (FAULTS | ANSWERS)[rng.choice(drawn)](body)

    return react


class ChatServer:
    """What the server does, and what it saw.

    Args:
        react: The reaction to a request's body and how often the same came before; None echoes honestly.
        latency: Seconds before each reply.

    Attributes:
        url: Base of the API, once it serves.
        reactions: What was sent, in order; with an honest echo only counted.
        bodies: The requests' bodies, likewise.
        headers: The last request's headers.
        at_once: The most requests that were under way at one time.
    """

    def __init__(self, react: React | None = None, latency: float = 0.0) -> None:
        self.react = react
        self.latency = latency
        self.url = ""
        self.count = 0
        self.reactions: list[Reaction] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers = ""
        self.active = 0
        self.at_once = 0
        self._came: Counter[bytes] = Counter()

    def reaction(self, target: str, content: bytes) -> Reaction:
        """Choose what to answer to a request."""
        if target.endswith("/models"):
            return Reaction(http(200, {"data": [{"id": "test-model"}, {"id": "other-model"}]}))
        self.count += 1
        if self.react is None:
            return honest(json.loads(content))
        body = json.loads(content)
        reaction = self.react(body, self._came[content])
        self._came[content] += 1
        self.bodies.append(body)
        self.reactions.append(reaction)
        return reaction


class _Connection(asyncio.Protocol):
    def __init__(self, server: ChatServer) -> None:
        self.server = server
        self.buffer = b""
        self.transport: asyncio.Transport
        self.tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        for task in self.tasks:
            task.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.buffer[:end].decode("latin-1")
        at = head.lower().find("content-length:")
        length = int(head[at + 15 :].split("\r\n", 1)[0]) if at >= 0 else 0
        if len(self.buffer) < end + 4 + length:
            return
        content = self.buffer[end + 4 : end + 4 + length]
        self.buffer = self.buffer[end + 4 + length :]
        self.server.headers = head
        reaction = self.server.reaction(head.split(" ", 2)[1], content)
        if self.server.latency or reaction.delay or reaction.drip or reaction.cut:
            task = asyncio.get_running_loop().create_task(self._reply(reaction))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        else:
            self.transport.write(reaction.payload)

    async def _reply(self, reaction: Reaction) -> None:
        server = self.server
        server.active += 1
        server.at_once = max(server.at_once, server.active)
        try:
            await asyncio.sleep(server.latency + reaction.delay)
            if reaction.drip:
                for byte in reaction.payload:
                    self.transport.write(bytes([byte]))
                    await asyncio.sleep(reaction.drip)
            else:
                self.transport.write(reaction.payload)
            if reaction.cut:
                self.transport.close()
        finally:
            server.active -= 1


@asynccontextmanager
async def serving(server: ChatServer, port: int = 0) -> AsyncIterator[ChatServer]:
    """Serve on localhost while the block runs."""
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: _Connection(server), "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()


async def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds before each reply")
    parser.add_argument("--faults", type=float, default=0.0, help="share of requests that meet a fault")
    given = parser.parse_args()
    react = at_random(given.faults) if given.faults else None
    async with serving(ChatServer(react, given.latency), given.port) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
