"""Leaving: the end with its code, withdrawing, and going on elsewhere."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from homophily.web.host.people import Participant
from homophily.web.host.site import Site, go
from homophily.web.host.words import words

__all__ = ["Leaving"]


class Leaving:
    """The pages around a session.

    Args:
        site: What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._host = site, site.host

    async def done(self, request: Request) -> Response:
        """Thanks, the completion code, and the way back."""
        _, person = self._site.inside(request)
        if person.state != "finished":
            return go("/study")
        await self._host.writer.settled()  # a code that is shown is kept
        return self._site.pages.page(
            "done",
            person.language,
            heading=words(person.language)["done_heading"],
            code=person.code,
            back=self._back(person),
            test=person.test,
            inside="finished",
        )

    async def ask_withdrawal(self, request: Request) -> Response:
        """Whether really to withdraw."""
        visitor, person = self._site.inside(request)
        return self._site.pages.page(
            "withdraw",
            person.language,
            heading=words(person.language)["withdraw_heading"],
            csrf=self._site.form_token(visitor),
            test=person.test,
        )

    async def withdraw(self, request: Request) -> Response:
        """Delete all that a person answered."""
        visitor, person = self._site.inside(request)
        await self._site.form(request, visitor)
        await self._host.leave(person, "withdrawn")
        return self._site.forget(request, go("/withdrawn", language=person.language))

    async def later(self, request: Request) -> Response:
        """The personal link with which to go on elsewhere."""
        visitor, person = self._site.inside(request)
        seal = quote(self._host.seals.sealed(visitor.token))
        return self._site.pages.page(
            "later",
            person.language,
            heading=words(person.language)["later_heading"],
            own=f"{str(request.base_url).rstrip('/')}/resume/{seal}",
            test=person.test,
            inside=True,
        )

    async def left(self, request: Request) -> Response:
        """That somebody declined, or withdrew."""
        self._site.visitor(request)
        return self._site.pages.message(request.url.path.strip("/"), self._site.language(request))

    def _back(self, person: Participant) -> str:
        """Where to go from the end; empty for nowhere."""
        return self._host.settings.return_url.replace("{code}", quote(person.code or "", safe="")).replace(
            "{pid}", quote(person.pid or "", safe="")
        )
