"""The overview: recruitment, who is where, drop-outs, times, balance, signals, and the doors."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homophily.web.dashboard import figure
from homophily.web.dashboard.office import Form, Office
from homophily.web.dashboard.signals import pages, signals
from homophily.web.dashboard.survey import Survey
from homophily.web.host.people import Participant

__all__ = ["Overview"]

_STATES = {
    "arrived": "Read the first page, not begun",
    "playing": "Taking part",
    "gone": "Not seen for long",
    "finished": "Finished",
    "closed": "Dropped out; their place went to another",
    "declined": "Declined; nothing was kept",
    "withdrawn": "Withdrew; their answers are deleted",
}


class Overview:
    """The page that a researcher keeps open, and what it leads to.

    Args:
        office: Makes pages.
        survey: Gathers what they show.
    """

    def __init__(self, office: Office, survey: Survey) -> None:
        self._office, self._host, self._survey = office, office.host, survey

    async def show(self, request: Request, sent: Form) -> Response:
        """How the study stands."""
        found = await self._survey.found()
        real = [person for person in self._host.people if not person.test]
        said = await asyncio.to_thread(signals, found.answers)
        timed = await asyncio.to_thread(pages, found.answers)
        under_way = [person for person in real if person.under_way]
        finished = [person for person in real if person.state == "finished"]
        return self._office.page(
            request,
            "overview",
            refresh=30,
            states=self._states(real),
            wanted=self._host.settings.participants or len(self._host.places),
            finished=len(finished),
            answers=len(found.answers),
            here=[self._row(person, said) for person in sorted(under_way, key=lambda p: -p.seen)[:200]],
            noted=[(p.id, p.session, said[str(p.session)]) for p in finished if str(p.session) in said],
            left=Counter(person.page or "first page" for person in under_way if self._gone(person)),
            pages=timed.to_dict("records"),
            balance=self._balance(real),
            balanced=self._host.study.balance,
            tests=sum(person.test for person in self._host.people),
            token=self._host.tester,
            faults=self._host.faults,
            fault=found.fault,
            told=figure.told(found.tables),
            at=found.at,
        )

    async def figure(self, request: Request, sent: Form) -> Response:
        """Ratings against similarity, as a picture."""
        found = await self._survey.found()
        image = await asyncio.to_thread(figure.draw, found.tables)
        return Response(image or b"", 200 if image else 404, media_type="image/png")

    async def people(self, request: Request, sent: Form) -> Response:
        """Who is who: the one page that shows participant ids."""
        rows = [asdict(person) for person in self._host.people if not person.test]
        return self._office.page(request, "people", rows=sorted(rows, key=lambda row: -row["arrived"]))

    async def turn(self, request: Request, sent: Form) -> Response:
        """Open, pause or close the doors."""
        if sent.get("doors") in ("open", "paused", "closed"):
            await self._host.turn(sent["doors"])
        return RedirectResponse("/researcher/", 303)

    async def ask_to_close(self, request: Request, sent: Form) -> Response:
        """Whether the study is to be closed."""
        return self._office.page(request, "close")

    def _states(self, real: list[Participant]) -> list[tuple[str, int]]:
        counts = Counter("gone" if self._gone(person) else person.state for person in real)
        return [(told, counts[state]) for state, told in _STATES.items()]

    def _gone(self, person: Participant) -> bool:
        return person.state == "playing" and person.away > self._host.settings.patience * 60

    def _row(self, person: Participant, said: dict[str, list[str]]) -> dict[str, Any]:
        return {
            "id": person.id,
            "session": person.session,
            "language": person.language,
            "page": person.page or "first page",
            "seen": person.seen,
            "arrived": person.arrived,
            "signals": said.get(str(person.session), []),
        }

    def _balance(self, real: list[Participant]) -> list[tuple[str, int]]:
        if not self._host.study.balance:
            return []
        counts = self._host.places.completed(real)
        return sorted(counts.items(), key=lambda pair: (len(pair[0]), pair[0]))
