"""How fast the echo server itself is: requests written beforehand, raw connections, replies only counted.

``python -m benchmarks.peers._flood PORT CONNECTIONS REQUESTS`` prints requests a second.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from benchmarks.peers._child import MODEL, role, text


def request(number: int) -> bytes:
    """An ask as any client puts it."""
    said = [{"role": "system", "content": role(number)}, {"role": "user", "content": text(number)}]
    body = json.dumps({"model": MODEL, "messages": said, "max_tokens": 16, "temperature": 0.0}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: echo\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Flood(asyncio.Protocol):
    """One connection that sends its next request when the reply to its last is there."""

    def __init__(self, left: list[bytes], ended: asyncio.Future[None], open_: list[int]) -> None:
        self._left, self._ended, self._open = left, ended, open_

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = transport
        self._open[0] += 1
        self._next()

    def data_received(self, data: bytes) -> None:
        """A reply is small enough to come in one piece."""
        self._next()

    def _next(self) -> None:
        if self._left:
            self._transport.write(self._left.pop())  # type: ignore[attr-defined]
            return
        self._open[0] -= 1
        if not self._open[0] and not self._ended.done():
            self._ended.set_result(None)


async def flood(port: int, connections: int, requests: int) -> float:
    """Requests a second."""
    loop = asyncio.get_running_loop()
    left, ended, open_ = [request(number) for number in range(requests)], loop.create_future(), [0]
    began = time.perf_counter()
    for _ in range(connections):
        await loop.create_connection(lambda: Flood(left, ended, open_), "127.0.0.1", port)
    await ended
    return requests / (time.perf_counter() - began)


if __name__ == "__main__":
    print(asyncio.run(flood(*(int(each) for each in sys.argv[1:4]))))
