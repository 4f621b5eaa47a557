"""An echo server that speaks just enough of the chat API to measure clients against.

``python -m benchmarks.echo LATENCY_MS`` prints its port and serves until its input is closed. Where a request
speaks of an agent and a statement by their numbers, the answer follows from both (`answered`), so that a
client can be held to having kept each answer where it belongs; else it is 4. JSON is answered where it is
asked for.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

__all__ = ["answered"]

_WHO, _WHAT = re.compile(rb"agent (\d+)"), re.compile(rb"statement (\d+)")


def answered(agent: int, statement: int) -> int:
    """What an agent answers to a statement, 1 to 7."""
    return 1 + (3 * agent + 5 * statement) % 7


def _whole(content: str) -> bytes:
    """The whole reply, made beforehand: the server's own time is to count for little."""
    message = {"role": "assistant", "content": content}
    body = json.dumps(
        {
            "id": "echo",
            "object": "chat.completion",
            "created": 0,
            "model": "echo",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 40, "completion_tokens": 5, "total_tokens": 45},
        }
    ).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


PLAIN = {value: _whole(str(value)) for value in range(1, 8)}
FORMED = {value: _whole(json.dumps({"answer": value})) for value in range(1, 8)}


def _reply(body: bytes) -> bytes:
    who, what = _WHO.search(body), _WHAT.search(body)
    value = answered(int(who[1]), int(what[1])) if who and what else 4
    return (FORMED if b'"response_format"' in body or not who else PLAIN)[value]


class Echo(asyncio.Protocol):
    """Answers each request on a kept connection after the latency."""

    latency = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        """Answer whatever requests are whole."""
        self._received += data
        while True:
            head, found, rest = self._received.partition(b"\r\n\r\n")
            if not found:
                return
            length = 0
            for line in head.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            if len(rest) < length:
                return
            self._received = rest[length:]
            reply = _reply(rest[:length])
            if self.latency:
                asyncio.get_running_loop().call_later(self.latency, self._send, reply)
            else:
                self._send(reply)

    def _send(self, reply: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(reply)  # type: ignore[attr-defined]


async def serve(latency: float) -> None:
    Echo.latency = latency
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Echo, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) / 1000))
