"""Arriving: the first page, consent, and a session given or refused."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from homophily.web.host.people import Participant
from homophily.web.host.seals import Seals
from homophily.web.host.site import Refused, Site, Visitor, client, go
from homophily.web.host.words import languages, words

__all__ = ["Arriving"]


class Arriving:
    """The pages before a session.

    Args:
        site: What all pages share.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._host = site, site.host

    async def welcome(self, request: Request) -> Response:
        """The first page: what this is about, and whether to take part."""
        visitor, link = self._site.visitor(request), self._site.link(request.query_params)
        test = self._site.tests(link)
        person = visitor.person
        if person is not None and not _another(person, link, test):
            if person.state == "finished" or person.under_way:
                return go("/done" if person.state == "finished" else "/study")
        elif person is not None:  # another person at the same browser
            visitor = Visitor(Seals.token(), new=True)
        language = self._site.language(request)
        known = self._known(link, test)
        if known is not None:
            if not self._host.settings.takeover:
                return self._site.pages.message("elsewhere", language, status=409)
            return self._taken_over(request, known, visitor)
        shut = self._shut(link, test, language)
        if shut:
            return self._site.pages.message(shut, language)
        response = self._site.pages.page(
            "welcome",
            language,
            heading=words(language)["welcome" if self._host.study.consents else "consent_heading"],
            asks=not self._host.study.consents,
            consent=self._host.settings.consent.get(language) or words(language)["consent"],
            csrf=self._site.form_token(visitor),
            link=link | {"language": language},
            test=test,
            choices=[
                (code, languages().get(code, code), f"/?{urlencode(link | {'language': code})}")
                for code in self._host.places.languages
            ],
        )
        return self._site.remember(request, response, visitor.token) if visitor.new else response

    async def begin(self, request: Request) -> Response:
        """A session for whoever agrees."""
        visitor = self._site.visitor(request)
        form = await self._site.form(request, visitor)
        digest = Seals.digest(visitor.token)
        holder = self._host.people.holding(digest)  # looked up anew: the form may have been sent twice
        if holder is not None and holder.state != "arrived":
            return go("/study")
        link = self._site.link({name: values[0] for name, values in form.items()})
        test, language = self._site.tests(link), self._site.language(request, form)
        if form.get("decision") == ["decline"]:
            person = self._host.people.add(
                digest=None, pid=None, test=test, language=language, state="declined"
            )
            person.ended = person.arrived
            self._host.people.save(person)
            await self._host.writer.settled()
            return self._site.forget(request, go("/declined", language=language))
        if self._known(link, test) is not None:
            return self._site.pages.message("elsewhere", language, status=409)
        shut = self._shut(link, test, language)
        if shut:
            return self._site.pages.message(shut, language)
        if not self._site.arrivals.takes(client(request)):
            raise Refused("too_many", 429)
        person = holder or self._host.people.add(
            digest=digest,
            pid=link.get("pid"),
            test=test,
            language=language,
            state="arrived",
        )
        if not await self._host.begin(person, link.get("session", "")):
            return self._site.pages.message("full", language)
        return go("/study")

    async def resume(self, request: Request) -> Response:
        """A personal link: its cookie on this device; nobody is moved out of their own session."""
        if self._site.visitor(request).person is not None:
            return go("/study")
        token = self._host.seals.opened(str(request.path_params["seal"])[:300])
        person = self._host.people.holding(Seals.digest(token)) if token else None
        if token is None or person is None:
            raise Refused("gone", 404)
        return self._site.remember(request, go("/study"), token)

    def _known(self, link: dict[str, str], test: bool) -> Participant | None:
        pid = link.get("pid")
        return self._host.people.known(pid, test=test) if pid and not test else None

    def _shut(self, link: dict[str, str], test: bool, language: str) -> str:
        """Why nobody is let in; empty where they are."""
        if test:
            return ""
        if self._host.doors != "open":
            return self._host.doors
        if self._host.settings.need_pid and "pid" not in link:
            return "need_pid"
        return "" if self._host.room(language) else "full"

    def _taken_over(self, request: Request, person: Participant, visitor: Visitor) -> Response:
        self._host.people.hand_over(person, Seals.digest(visitor.token))
        return self._site.remember(request, go("/study"), visitor.token)


def _another(person: Participant, link: dict[str, str], test: bool) -> bool:
    """Whether a link is for somebody else than who holds the cookie."""
    if test:
        return bool(link.get("test")) and bool(link.get("token"))
    return bool(link.get("pid")) and link["pid"] != person.pid
