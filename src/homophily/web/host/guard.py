"""The guard: what every request passes before a page is made, and every reply before it is sent."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Bucket", "Guard"]

#: Everything from this server, nothing inline, no frame around it.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
_HSTS = "max-age=31536000"
_METHODS = ("GET", "HEAD", "POST")


class Bucket:
    """A leaky bucket for each name: so many a second, and some at once.

    Args:
        rate: Allowed a second; 0 for any number.
        burst: Allowed at once.
        names: How many names are remembered; who was longest quiet is forgotten first.
    """

    def __init__(self, rate: float, burst: float, *, names: int = 50_000) -> None:
        self._rate, self._burst, self._most = rate, burst, names
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def takes(self, name: str) -> bool:
        """Whether there is room for one more."""
        if not self._rate:
            return True
        now = time.monotonic()
        level, since = self._levels.pop(name, (0.0, now))
        level = max(0.0, level - (now - since) * self._rate)
        room = level + 1 <= self._burst
        self._levels[name] = (level + room, now)
        while len(self._levels) > self._most:
            self._levels.popitem(last=False)
        return room


class Guard:
    """Limits bodies and methods, and adds the headers that keep pages to themselves.

    Args:
        app: The application.
        largest: Bytes of a body at most.
        refuse: The reply to a request turned away, by its status.
    """

    def __init__(
        self, app: ASGIApp, *, largest: int, refuse: Callable[[Scope, int], Awaitable[ASGIApp]]
    ) -> None:
        self._app, self._largest, self._refuse = app, largest, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _seal(message, secure=scope["scheme"] == "https")
            await send(message)

        if scope["method"] not in _METHODS:
            await (await self._refuse(scope, 405))(scope, receive, guarded)
            return
        try:
            body = await self._body(scope, receive)
        except _TooLargeError:
            await (await self._refuse(scope, 413))(scope, receive, guarded)
            return
        await self._app(scope, _again(body, receive), guarded)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, which is small; read here so that nobody reads more of it."""
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if length.isdigit() and int(length) > self._largest:
            raise _TooLargeError
        body = bytearray()
        more = scope["method"] == "POST"
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                break
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._largest:
                raise _TooLargeError
        return bytes(body)


class _TooLargeError(Exception):
    pass


def _again(body: bytes, receive: Receive) -> Receive:
    """A way to receive a body that was read already, and after it what else comes."""
    sent = False

    async def receiving() -> Any:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receiving


def _seal(message: Message, *, secure: bool) -> None:
    given = {name.lower() for name, _ in message["headers"]}
    headers = _HEADERS | ({"strict-transport-security": _HSTS} if secure else {})
    message["headers"] = [
        *message["headers"],
        *((name.encode(), value.encode()) for name, value in headers.items() if name.encode() not in given),
    ]
