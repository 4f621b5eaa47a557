"""Preview: every page of every kind of session, without anybody and without a trace."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homophily.asks import Ask
from homophily.errors import HomophilyError
from homophily.lab.session import Session
from homophily.web.dashboard.office import Form, Office
from homophily.web.host import sheet, walk
from homophily.web.host.pages import Pages

__all__ = ["Previewing"]


class Previewing:
    """Walks through a session whose questions are answered in the middle, and shows its pages.

    Args:
        office: Makes pages.
    """

    def __init__(self, office: Office) -> None:
        self._office, self._host = office, office.host
        self._pages = Pages(office.host.settings)
        self._walked: dict[str, list[Any]] = {}

    async def show(self, request: Request, sent: Form) -> Response:
        """The sessions there are to look at, and the pages of the one chosen."""
        sessions = list(self._host.places.sessions())
        chosen = self._chosen(request)
        fault, found = "", []
        try:
            found = await self._walk(chosen)
        except HomophilyError as error:
            fault = str(error)
        return self._office.page(
            request,
            "preview",
            sessions=[(session.id, _label(session)) for session in _kinds(sessions, chosen)],
            chosen=chosen.id,
            pages=[(number, self._called(asks[0]), len(asks)) for number, asks in enumerate(found)],
            fault=fault,
            wide=request.query_params.get("width") != "phone",
        )

    async def page(self, request: Request, sent: Form) -> Response:
        """One page of a session, as a participant would see it."""
        chosen = self._chosen(request)
        found = await self._walk(chosen)
        number = int(request.path_params["number"])
        if number >= len(found):
            raise HTTPException(404)
        return self._pages.page(
            "page",
            chosen.language,
            csrf="",
            test=True,
            progress=round(100 * number / len(found)),
            **sheet.page(self._host, found[number], {}, {}),
        )

    def _called(self, ask: Ask) -> str:
        return sheet.beside(self._host, ask).heading or ask.path

    def _chosen(self, request: Request) -> Session:
        wanted = request.query_params.get("session", "")
        sessions = {session.id: session for session in self._host.places.sessions()}
        return sessions.get(wanted) or next(iter(sessions.values()))

    async def _walk(self, session: Session) -> list[Any]:
        if session.id not in self._walked:
            host = self._host
            seats = host.places.seats(session)
            self._walked[session.id] = await walk.pages(host.study, host.design, session, seats)
        return self._walked[session.id]


def _kinds(sessions: list[Session], chosen: Session) -> list[Session]:
    """The first of each kind, by language and all conditions but counts; and the one chosen."""
    kinds = {(s.language, *map(str, s.condition.values())): s for s in reversed(sessions)}
    found = {session.id: session for session in reversed(kinds.values())}
    return list(({chosen.id: chosen} | found).values())[:200]


def _label(session: Session) -> str:
    told = ", ".join(f"{name} {value}" for name, value in session.condition.items())
    return f"{session.id} ({session.language}{', ' if told else ''}{told})"
