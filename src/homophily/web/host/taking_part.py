"""Taking part: the page of the present asks, what is sent from it, and what is saved on the way."""

from __future__ import annotations

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from homophily.web.host import record, sheet
from homophily.web.host.people import Participant
from homophily.web.host.site import Site, Visitor, go
from homophily.web.host.sitting import Key, Sitting
from homophily.web.host.words import words

__all__ = ["TakingPart"]

#: Seconds that a page waits for the others before it says so.
_MOMENT = 1.5


class TakingPart:
    """The pages of a session.

    Args:
        site: What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._host = site, site.host

    async def show(self, request: Request) -> Response:
        """The present page."""
        visitor, person = self._site.inside(request)
        if person.state == "finished":
            return go("/done")
        if not person.under_way:
            return go("/")
        sitting = self._host.sitting(person)
        whole = await sitting.settled(_MOMENT)
        if sitting.ended:
            return self._ended(request, person, sitting)
        if not whole:
            return self._site.pages.page(
                "waiting",
                person.language,
                heading=words(person.language)["waiting_heading"],
                test=person.test,
                inside=True,
                refresh=5,
                **self._progress(person, sitting),
            )
        return self._page(visitor, person, sitting, {})

    async def send(self, request: Request) -> Response:
        """A page sent: recorded whole, or shown again with what is missing.

        Asks that are answered already keep their answers, so a form sent twice, or from an old page, changes
        nothing.
        """
        visitor, person = self._site.inside(request)
        form = await self._site.form(request, visitor)
        if not person.under_way:
            return go("/study")
        sitting = self._host.sitting(person)
        await sitting.settled(_MOMENT)
        found = [sheet.read(each) for each in sheet.entries(sitting, form, skips=self._host.skips)]
        faults = {entry.key: entry.fault for entry in found if entry.fault}
        if faults:
            await self._save(person, sitting, found)
            return self._page(visitor, person, sitting, faults)
        drafted = [entry.key for entry in found if entry.key in sitting.drafts]
        answers = {entry.key: entry.answer for entry in found if entry.answer is not None}
        sitting.give(answers)
        await sitting.recording(answers)
        for key in drafted:
            self._host.writer.draft(record.draft_row(self._host.house(person), sitting.session.id, key, None))
        if sitting.declined:  # here, since nobody is known by their cookie when the next page is asked for
            await sitting.settled(_MOMENT)
            return self._site.forget(request, go("/declined", language=person.language))
        return go("/study")

    async def save(self, request: Request) -> Response:
        """What was entered so far, saved before it is sent."""
        visitor, person = self._site.inside(request)
        form = await self._site.form(request, visitor)
        sitting = self._host.sitting(person) if person.under_way else None
        if sitting is None or not await sitting.settled(_MOMENT):
            return JSONResponse({"saved": False}, 409)
        found = sheet.entries(sitting, form, skips=self._host.skips)
        if not found:
            return JSONResponse({"saved": False}, 409)
        await self._save(person, sitting, found)
        return JSONResponse({"saved": True})

    async def state(self, request: Request) -> Response:
        """Whether there is a page to go on with."""
        _, person = self._site.inside(request)
        if not person.under_way:
            return JSONResponse({"ready": True})
        sitting = self._host.sitting(person)
        return JSONResponse({"ready": await sitting.settled(_MOMENT)})

    async def _save(self, person: Participant, sitting: Sitting, found: list[sheet.Entry]) -> None:
        house, changed = self._host.house(person), False
        for entry in found:
            kept = sitting.drafts.get(entry.key)
            if kept is None and not entry.draft.raw and not entry.draft.skipped:
                continue
            if entry.waiting.ask.item.kind == "notice" or kept == entry.draft:
                continue
            sitting.drafts[entry.key] = entry.draft
            self._host.writer.draft(record.draft_row(house, sitting.session.id, entry.key, entry.draft))
            changed = True
        if changed:
            await self._host.writer.settled()

    def _page(
        self, visitor: Visitor, person: Participant, sitting: Sitting, faults: dict[Key, str]
    ) -> Response:
        now, waiting = time.monotonic(), sitting.page()
        if not waiting:  # answered meanwhile, by the same form sent twice
            return go("/study")
        for each in waiting:
            each.shown = each.shown or now
        asks = [each.ask for each in waiting]
        self._host.people.see(person, asks[0].path)
        return self._site.pages.page(
            "page",
            person.language,
            status=422 if faults else 200,
            csrf=self._site.form_token(visitor),
            test=person.test,
            inside=True,
            error=bool(faults),
            **sheet.page(self._host, asks, sitting.drafts, faults),
            **self._progress(person, sitting),
        )

    def _ended(self, request: Request, person: Participant, sitting: Sitting) -> Response:
        if person.state == "finished":
            return go("/done")
        if sitting.declined:
            return self._site.forget(request, go("/declined", language=person.language))
        return self._site.pages.message(
            "trouble",
            person.language,
            status=503,
            link=("/study", words(person.language)["again"]),
            inside=True,
            test=person.test,
        )

    def _progress(self, person: Participant, sitting: Sitting) -> dict[str, Any]:
        """Percent of the way; never less than was shown before, never all of it before the end."""
        way = self._host.expected.get(person.language)
        if not way:
            return {"progress": None}
        share = way.share([path for _, path in sitting.waiting], sitting.recorded)
        sitting.furthest = max(sitting.furthest, min(0.99, share))
        return {"progress": int(100 * sitting.furthest)}
