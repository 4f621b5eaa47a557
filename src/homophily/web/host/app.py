"""The application: routes, faults as pages, and a place for the researcher's own."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Scope

from homophily.errors import HomophilyError
from homophily.web.host.arriving import Arriving
from homophily.web.host.guard import Guard
from homophily.web.host.host import Host
from homophily.web.host.leaving import Leaving
from homophily.web.host.pages import STATIC
from homophily.web.host.site import Refused, Site
from homophily.web.host.taking_part import TakingPart
from homophily.web.host.words import words

__all__ = ["application"]

_log = logging.getLogger("homophily.host")
_ABOUT = {403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large", 429: "too_many"}


def application(host: Host, *, researcher: Sequence[BaseRoute] = ()) -> Starlette:
    """The participants' pages of a hosted run, as an ASGI application.

    Args:
        host: The run, open.
        researcher: Routes of the researcher's pages, mounted under ``/researcher``. They pass the same guard
            (limits, headers); who may see them they decide themselves, by `Host.is_researcher`.
    """
    site = Site(host)
    faults = _Faults(site)
    arriving, taking, leaving = Arriving(site), TakingPart(site), Leaving(site)
    app = Starlette(
        routes=[
            Route("/", arriving.welcome),
            Route("/begin", arriving.begin, methods=["POST"]),
            Route("/resume/{seal}", arriving.resume),
            Route("/study", taking.show),
            Route("/study", taking.send, methods=["POST"]),
            Route("/study/draft", taking.save, methods=["POST"]),
            Route("/study/state", taking.state),
            Route("/later", leaving.later),
            Route("/withdraw", leaving.ask_withdrawal),
            Route("/withdraw", leaving.withdraw, methods=["POST"]),
            Route("/done", leaving.done),
            Route("/declined", leaving.left),
            Route("/withdrawn", leaving.left),
            Route("/health", faults.health),
            STATIC.route(),
            Route("/favicon.ico", lambda _: Response(status_code=204)),
            *([Mount("/researcher", routes=list(researcher))] if researcher else ()),
        ],
        exception_handlers={
            Refused: faults.refused,
            HTTPException: faults.http,
            HomophilyError: faults.trouble,
            Exception: faults.trouble,
        },
        middleware=[Middleware(Guard, largest=host.settings.largest, refuse=faults.guarded)],
    )
    app.router.redirect_slashes = False  # one address a page, and no redirect made of a request's own words
    return app


class _Faults:
    """What is said when something is wrong."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def refused(self, request: Request, error: Exception) -> Response:
        """A page that says why not."""
        assert isinstance(error, Refused)
        return self._said(request, error.about, error.status)

    async def http(self, request: Request, error: Exception) -> Response:
        """A page for a route there is not, or not in this way."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._said(request, _ABOUT.get(status, "bad_request"), status)

    async def trouble(self, request: Request, error: Exception) -> Response:
        """A page for a fault of ours; what it was goes to the log, never to the page."""
        _log.error("%s %s: %s: %s", request.method, request.url.path, type(error).__name__, error)
        return self._said(request, "trouble", 503)

    async def guarded(self, scope: Scope, status: int) -> ASGIApp:
        """The reply to a request that the guard turns away."""
        return self._said(Request(scope), _ABOUT.get(status, "bad_request"), status)

    async def health(self, request: Request) -> Response:
        """Whether the server works, for whatever watches over it."""
        host = self._site.host
        works = host.fault is None and host.writer.error is None
        return JSONResponse({"status": "ok" if works else "failed"}, 200 if works else 503)

    def _said(self, request: Request, about: str, status: int) -> Response:
        language = self._site.language(request)
        link = ("/study", words(language)["again" if about == "trouble" else "to_study"])
        response = self._site.pages.message(about, language, status=status, link=link)
        if status == 429:
            response.headers["retry-after"] = "5"
        return response
