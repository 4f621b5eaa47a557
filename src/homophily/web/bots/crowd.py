"""A crowd: many bots at once, each in a session of the run that a server hosts."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html import unescape

import httpx2

from homophily.asks import Respondent
from homophily.errors import DataError, RespondentError, UsageError
from homophily.lab.design import Design
from homophily.lab.seating import seat
from homophily.lab.study import Study
from homophily.web.bots.bot import Bot, Page, Walked
from homophily.web.bots.shadow import Shadow
from homophily.web.host.places import Places

__all__ = ["crowd"]

_ROW = re.compile(r'<tr><th scope="row">([^<]*)</th><td>[^<]*</td><td>([^<]*)</td>')


async def crowd(
    url: str,
    study: Study,
    design: Design,
    respondent: Respondent,
    *,
    token: str,
    participants: int,
    name: str = "bot",
    at_once: int = 8,
    pause: Callable[[Page], Awaitable[None]] | None = None,
    timed: Callable[[str, float, int], None] = lambda route, seconds, status: None,
    done: Callable[[Walked], None] = lambda walked: None,
    patience: float = 30.0,
) -> list[Walked]:
    """Have bots take part through the pages of a server; the same call goes on with those not at the end.

    Args:
        url: Of the server.
        study: What it hosts.
        design: Its design: a bot plays its session beside the server, to know what it answers about.
        respondent: Answers for all bots; must answer from the ask alone (``volunteer``, ``synthetic``, …).
        token: The researcher's, with which bots look up their sessions.
        participants: How many bots in each language.
        name: First part of their participant ids.
        at_once: How many walk at the same time.
        pause: As `Bot`'s.
        timed: As `Bot`'s.
        done: Told of each bot that has walked.
        patience: As `Bot`'s.

    Raises:
        UsageError: The token opens nothing there.
        RespondentError: The server cannot be reached, or refuses a page.
        DataError: It hosts another design.
    """
    places, others = Places(study, design, patience=60.0), seat(design)
    limit, office = asyncio.Semaphore(at_once), _Office(url, token, patience)

    async def shadow(pid: str) -> tuple[str, Shadow]:
        id_ = await office.session(pid)
        try:
            session = places.session(id_)
        except KeyError:
            raise DataError(f"the design has no session {id_!r}, which the server plays.") from None
        return id_, Shadow(study, design, session, places.seats(session), respondent, others)

    async def walk(bot: Bot) -> Walked:
        async with limit:
            walked = await bot.walk()
        done(walked)
        return walked

    bots = [
        Bot(
            url,
            f"{name}-{language}-{number + 1:04}",
            language,
            shadow,
            pause=pause,
            timed=timed,
            patience=patience,
        )
        for number in range(participants)
        for language in places.languages
    ]
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(walk(bot)) for bot in bots]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    finally:
        await office.close()
    return [task.result() for task in tasks]


class _Office:
    """The researcher's page that says who is in which session."""

    def __init__(self, url: str, token: str, patience: float) -> None:
        self._url, self._token, self._patience = url.rstrip("/"), token, patience
        self._client = httpx2.AsyncClient(timeout=60)
        self._known: dict[str, str] = {}
        self._lock = asyncio.Lock()

    async def session(self, pid: str) -> str:
        """The session of a participant."""
        async with self._lock:
            for _ in range(max(2, round(self._patience))):
                if pid not in self._known:
                    await self._look()
                if pid in self._known:
                    return self._known[pid]
                await asyncio.sleep(1)
        raise DataError(f"the server knows no participant {pid!r}.")

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.aclose()

    async def _look(self) -> None:
        try:
            reply = await self._client.get(f"{self._url}/researcher/people")
            if reply.status_code == 303:
                sent = {"token": self._token}
                opened = await self._client.post(f"{self._url}/researcher/login", data=sent)
                if opened.status_code == 403:
                    raise UsageError(
                        f"{self._url} does not take the researcher's token that bots look up by."
                    )
                reply = await self._client.get(f"{self._url}/researcher/people")
        except httpx2.TransportError:
            return  # it is asked again
        if reply.status_code != 200:
            raise RespondentError(f"{self._url}/researcher/people is answered with {reply.status_code}.")
        self._known = {unescape(pid): unescape(session) for pid, session in _ROW.findall(reply.text)}
