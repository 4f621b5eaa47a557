"""The researcher's routes, mounted under ``/researcher``."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from homophily.web.dashboard.coding import Coding
from homophily.web.dashboard.exporting import Exporting
from homophily.web.dashboard.office import STATIC, Form, Office, form
from homophily.web.dashboard.overview import Overview
from homophily.web.dashboard.previewing import Previewing
from homophily.web.dashboard.survey import Survey
from homophily.web.host import Host

__all__ = ["routes"]


def routes(host: Host) -> list[BaseRoute]:
    """The pages of a hosted run for whoever holds its researcher's token.

    Args:
        host: The run, open.
    """
    office = Office(host)
    survey = Survey(host)
    overview, exporting = Overview(office, survey), Exporting(office, survey)
    coding, previewing, door = Coding(office), Previewing(office), _Door(office)
    return [
        Route("/", office.inside(overview.show)),
        Route("/figure.png", office.inside(overview.figure)),
        Route("/people", office.inside(overview.people)),
        Route("/doors", office.inside(overview.turn), methods=["POST"]),
        Route("/close", office.inside(overview.ask_to_close)),
        Route("/export", office.inside(exporting.show)),
        Route("/export.zip", office.inside(exporting.data)),
        Route("/payment.csv", office.inside(exporting.payment)),
        Route("/report", office.inside(exporting.make), methods=["POST"]),
        Route("/report.html", office.inside(exporting.report)),
        Route("/coding", office.inside(coding.show)),
        Route("/coding", office.inside(coding.keep), methods=["POST"]),
        Route("/preview", office.inside(previewing.show)),
        Route("/preview/{number:int}", office.inside(previewing.page)),
        Route("/login", door.ask),
        Route("/login", door.open, methods=["POST"]),
        Route("/logout", office.inside(door.leave), methods=["POST"]),
        STATIC.route(),
    ]


class _Door:
    """Logging in and out."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def ask(self, request: Request) -> Response:
        """The form that asks for the token."""
        return self._office.page(request, "login", wrong=False)

    async def open(self, request: Request) -> Response:
        """The token, tried; few times a minute."""
        if not self._office.may_try(request):
            return self._office.page(
                request,
                "message",
                status=429,
                heading="Too many attempts",
                text="Wait a minute, then try again.",
            )
        sent = await form(request)
        if not self._office.host.is_researcher(sent.get("token", "").strip()):
            return self._office.page(request, "login", status=403, wrong=True)
        return self._office.let_in(request, RedirectResponse("/researcher/", 303))

    async def leave(self, request: Request, sent: Form) -> Response:
        """Out again."""
        return self._office.let_out(RedirectResponse("/researcher/login", 303))
