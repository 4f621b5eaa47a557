"""The site: who asks, in which language, with what form; shared by all pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homophily.records.rows import clean
from homophily.web.host.fields._form import first
from homophily.web.host.guard import Bucket
from homophily.web.host.host import Host
from homophily.web.host.pages import Pages
from homophily.web.host.people import Participant
from homophily.web.host.seals import Seals

__all__ = ["Refused", "Site", "Visitor", "client", "go"]

_COOKIE = "homophily"
_YEAR = 365 * 24 * 3600
#: Parts of a link that later pages of the arrival still need, with their greatest length.
_LINK = {"language": 8, "test": 1, "token": 100, "session": 300}


class Refused(Exception):
    """A request that is answered by a page saying why not.

    Attributes:
        about: Which page, as `homophily.web.host.pages.Pages.message` knows it.
        status: Of the reply.
    """

    def __init__(self, about: str, status: int) -> None:
        super().__init__(about)
        self.about, self.status = about, status


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever sends a request.

    Attributes:
        token: The secret in the cookie.
        person: The participant who holds it; None before the study begins.
        new: Whether the cookie is still to be set.
    """

    token: str
    person: Participant | None = None
    new: bool = False


class Site:
    """What all pages share.

    Args:
        host: The run.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.pages = Pages(host.settings)
        settings = host.settings
        self.arrivals = Bucket(settings.arrivals / 60, settings.arrivals)
        self._of_people = Bucket(settings.requests, 3 * settings.requests)
        self._of_others = Bucket(10 * settings.requests, 30 * settings.requests)

    def visitor(self, request: Request) -> Visitor:
        """Whoever sends this.

        Raises:
            Refused: They send too much.
        """
        cookie = request.cookies.get(_name(request), "")
        token = self.host.seals.opened(cookie) if len(cookie) < 300 else None
        digest = Seals.digest(token) if token else ""
        person = self.host.people.holding(digest)
        bucket = self._of_others if person is None else self._of_people
        if not bucket.takes(digest if person is not None else client(request)):
            raise Refused("too_many", 429)
        return Visitor(token or Seals.token(), person, new=token is None)

    def inside(self, request: Request) -> tuple[Visitor, Participant]:
        """Whoever sends this, who must take part.

        Raises:
            Refused: They do not, or send too much.
        """
        visitor = self.visitor(request)
        if visitor.person is None:
            raise Refused("gone", 403 if request.method == "POST" else 404)
        self.host.people.see(visitor.person, None)
        return visitor, visitor.person

    async def form(self, request: Request, visitor: Visitor) -> dict[str, list[str]]:
        """What a form of ours holds.

        Raises:
            Refused: It cannot be read, or comes from no page of this visitor's.
        """
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/x-www-form-urlencoded":
            raise Refused("bad_request", 415)
        try:
            text = (await request.body()).decode("ascii")
            form = parse_qs(text, keep_blank_values=True, max_num_fields=2000, errors="replace")
        except ValueError:
            raise Refused("bad_request", 400) from None
        if visitor.new or not self.host.seals.fits(visitor.token, first(form, "csrf")):
            raise Refused("forbidden", 403)
        return form

    def language(self, request: Request, form: Mapping[str, Sequence[str]] | None = None) -> str:
        """The language wanted: of the form, of the link, of the browser, or the design's first."""
        known = self.host.places.languages
        asked = [
            first(form or {}, "language"),
            request.query_params.get("language", ""),
            request.query_params.get("lang", ""),
        ]
        accepted = request.headers.get("accept-language", "")[:200].split(",")
        asked += [each.partition(";")[0].strip().partition("-")[0].lower() for each in accepted]
        return next((language for language in asked if language in known), known[0])

    def link(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What a link carries that later pages of the arrival still need."""
        settings = self.host.settings
        kept = {name: str(values.get(name, ""))[:most] for name, most in _LINK.items()}
        pid = next((str(values[name]) for name in settings.pid if values.get(name)), "")
        # Cleaned like every text that is kept: a database need not take whatever a link can spell.
        return {name: text for name, text in {**kept, "pid": clean(pid[:128])}.items() if text}

    def tests(self, link: Mapping[str, str]) -> bool:
        """Whether a link opens a test run: always in a preview, else with the testers' token.

        Raises:
            Refused: The token is wrong.
        """
        if self.host.settings.preview:
            return True
        if not link.get("test"):
            return False
        if not self.host.is_tester(link.get("token", "")):
            raise Refused("not_found", 404)
        return True

    def form_token(self, visitor: Visitor) -> str:
        """What a form must send along."""
        return self.host.seals.form(visitor.token)

    def remember(self, request: Request, response: Response, token: str) -> Response:
        """Have the browser keep a visitor's secret."""
        response.set_cookie(
            _name(request),
            self.host.seals.sealed(token),
            max_age=_YEAR,
            path="/",
            httponly=True,
            samesite="lax",
            secure=_secure(request),
        )
        return response

    def forget(self, request: Request, response: Response) -> Response:
        """Have the browser forget it."""
        response.delete_cookie(
            _name(request), path="/", httponly=True, samesite="lax", secure=_secure(request)
        )
        return response


def go(path: str, **query: str) -> RedirectResponse:
    """On to another page, by GET."""
    return RedirectResponse(f"{path}?{urlencode(query)}" if query else path, 303)


def client(request: Request) -> str:
    """The address a request comes from."""
    return request.client.host if request.client else "unknown"


def _secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _name(request: Request) -> str:
    """The cookie's name; behind TLS the browser itself holds it to this host."""
    return f"__Host-{_COOKIE}" if _secure(request) else _COOKIE
