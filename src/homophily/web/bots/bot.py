"""A bot: one synthetic participant, from the link to the completion code, page by page over HTTP."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from typing import Any

import httpx2

from homophily.asks import Answer, Ask
from homophily.errors import DataError, RespondentError
from homophily.web.bots.filled import filled
from homophily.web.bots.shadow import Shadow

__all__ = ["Bot", "Walked"]

Key = tuple[str, str]
Page = list[tuple[Ask, Answer]]


@dataclass(slots=True)
class Walked:
    """How a bot's way went.

    Attributes:
        pid: Who it said it was.
        session: The session it was given.
        pages: How many pages it sent.
        code: The completion code; empty where it was turned away or declined.
        told: Answers by seat and path as sent, of every page that was acknowledged.
    """

    pid: str
    session: str = ""
    pages: int = 0
    code: str = ""
    told: dict[Key, Answer] = field(default_factory=dict)


class Bot:
    """Reads pages as a browser without JavaScript does, and sends them filled in.

    Where the server goes away, it is asked again until it is back; what was recorded stays, and a page sent
    twice counts once.

    Args:
        url: Of the server.
        pid: The participant id in the link.
        language: Of the pages.
        shadow: Makes what plays the session beside the server, told the participant id and where the
            session's name is found.
        pause: Waits before a page is sent, as somebody who reads would; told its asks.
        timed: Told of every request: route, seconds, status (0 where no answer came).
        patience: Seconds that a server may be away.
    """

    def __init__(
        self,
        url: str,
        pid: str,
        language: str,
        shadow: Callable[[str], Awaitable[tuple[str, Shadow]]],
        *,
        pause: Callable[[Page], Awaitable[None]] | None = None,
        timed: Callable[[str, float, int], None] = lambda route, seconds, status: None,
        patience: float = 30.0,
    ) -> None:
        self._url, self._language = url.rstrip("/"), language
        self._shadow, self._pause, self._timed, self._patience = shadow, pause, timed, patience
        self._acknowledged = False
        self.walked = Walked(pid)

    async def walk(self) -> Walked:
        """Take part, or go on where the server says that one left.

        Raises:
            RespondentError: The server cannot be reached, or refuses a page.
            DataError: It plays another design.
        """
        async with httpx2.AsyncClient(
            timeout=60, verify=_tls(), headers={"accept-language": self._language}
        ) as client:
            link = f"/?pid={self.walked.pid}&language={self._language}"
            page = await self._get(client, link)
            if "/begin" in page.text:
                sent = {**_hidden(page.text), "decision": "agree"}
                page = await self._request(client, "POST", "/begin", sent)
            if page.url.path not in ("/study", "/done"):
                return self.walked  # no place left, or closed
            self.walked.session, shadow = await self._shadow(self.walked.pid)
            try:
                await self._pages(client, page, shadow)
            finally:
                await shadow.stop()
        return self.walked

    async def _pages(self, client: httpx2.AsyncClient, page: httpx2.Response, shadow: Shadow) -> None:
        while page.url.path == "/study":
            keys = _asked(page.text)
            if not keys:  # others are still at it
                await asyncio.sleep(0.2)
                page = await self._get(client, "/study")
                continue
            answers = await shadow.at(keys)
            if self._pause is not None:
                await self._pause(answers)
            form: dict[str, Any] = {
                "csrf": _hidden(page.text)["csrf"],
                "ask": [f"{seat}:{path}" for seat, path in keys],
            }
            for number, (ask, answer) in enumerate(answers):
                form |= filled(ask.item, answer, f"f{number}")
            self._acknowledged = False
            page = await self._request(client, "POST", "/study", form)
            if self._acknowledged:
                self.walked.pages += 1
                self.walked.told |= {key: answer for key, (_, answer) in zip(keys, answers, strict=True)}
        found = re.search(r'class="code"[^>]*>([^<]+)<', page.text)
        self.walked.code = unescape(found[1]) if found else ""

    async def _get(self, client: httpx2.AsyncClient, path: str) -> httpx2.Response:
        return await self._request(client, "GET", path)

    async def _request(
        self, client: httpx2.AsyncClient, method: str, path: str, form: dict[str, Any] | None = None
    ) -> httpx2.Response:
        """The page at the end of all redirects, each step timed; a POST that breaks off goes on by GET."""
        until = time.monotonic() + self._patience
        while True:
            began, status, route = time.monotonic(), 0, f"{method} {path.partition('?')[0]}"
            try:
                reply = await client.request(method, self._url + path, data=form)
                status = reply.status_code
            except httpx2.TransportError as error:
                if time.monotonic() > until:
                    raise RespondentError(f"no answer from {self._url}: {error}.") from error
                await asyncio.sleep(0.2)
                if method == "POST" and path == "/study":
                    method, path, form = "GET", "/study", None  # it says what is recorded
                continue
            finally:
                self._timed(route, time.monotonic() - began, status)
            if status == 429 or (status == 503 and time.monotonic() < until):
                await asyncio.sleep(1.0)
                continue
            if status == 303:
                self._acknowledged |= (method, path) == ("POST", "/study")
                method, path, form = "GET", reply.headers["location"], None
                continue
            if status >= 400:
                raise _refused(method, path, reply)
            return reply


@cache
def _tls() -> ssl.SSLContext:
    """One for all bots: making one takes longer than a page."""
    return ssl.create_default_context()


def _refused(method: str, path: str, reply: httpx2.Response) -> RespondentError | DataError:
    said = re.sub(r"<[^>]+>|\s+", " ", reply.text.partition("<main")[2])[:300]
    if reply.status_code == 422:
        return DataError(f"a page does not take what a bot answers: {unescape(said).strip()}")
    return RespondentError(f"{method} {path} was answered with {reply.status_code}: {unescape(said).strip()}")


def _hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def _asked(page: str) -> list[Key]:
    named = (unescape(ask).partition(":") for ask in re.findall(r'name="ask" value="([^"]*)"', page))
    return [(seat, path) for seat, _, path in named]
