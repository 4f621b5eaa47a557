"""The office: who may see the researcher's pages, and how these are made."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import parse_qs

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from homophily.web.host import Host
from homophily.web.host.guard import Bucket
from homophily.web.static import Static

__all__ = ["STATIC", "Form", "Office", "form"]

Form = dict[str, str]
Page = Callable[[Request, Form], Awaitable[Response]]

STATIC = Static(
    "homophily.web.dashboard",
    {"dashboard.css": "text/css; charset=utf-8", "dashboard.js": "text/javascript; charset=utf-8"},
    under="/researcher",
)
"""The researcher's style and script."""

_COOKIE = "homophily-researcher"
_STAY = 12 * 3600
_MONTHS = "%Y-%m-%d %H:%M UTC"


class Office:
    """Lets the researcher in, and makes pages.

    A login is a cookie signed with a key drawn from the researcher's token: another token, as the next start
    may bring, ends every login. It lasts twelve hours and holds the coder's name, if one was given.

    Args:
        host: The run.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._key = hashlib.sha256(b"researcher|" + host.researcher.encode()).digest()
        self._tries = Bucket(0.2, 5)
        self._templates = Environment(
            loader=PackageLoader("homophily.web.dashboard"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = STATIC.address
        self._templates.filters["clock"] = lambda t: time.strftime(_MONTHS, time.gmtime(t)) if t else "–"
        self._templates.filters["ago"] = _ago

    def may_try(self, request: Request) -> bool:
        """Whether one more attempt to log in is allowed from this address."""
        return self._tries.takes(request.client.host if request.client else "unknown")

    def page(self, request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page.

        Args:
            request: What asks for it.
            template: Name of the template, without ``.html``.
            status: Of the reply.
            context: What the template needs beyond what all do.
        """
        login = self.login(request)
        text = self._templates.get_template(f"{template}.html").render(
            run=self.host.run.name,
            study=self.host.study.title,
            doors=self.host.doors,
            preview=self.host.settings.preview,
            path=request.url.path,
            inside=login is not None,
            csrf=self._mac("form", login) if login else "",
            **{"refresh": 0, **context},
        )
        return HTMLResponse(text, status)

    def login(self, request: Request) -> str | None:
        """The login that a request brings; None where it is not ours, or too old."""
        login, dot, mac = request.cookies.get(_COOKIE, "").rpartition(".")
        if not dot or not hmac.compare_digest(mac.encode(), self._mac("login", login).encode()):
            return None
        until = login.partition("-")[0]
        return login if until.isdigit() and int(until) > time.time() else None

    def let_in(self, request: Request, response: Response) -> Response:
        """Have the browser keep a login."""
        login = f"{int(time.time()) + _STAY}-{secrets.token_hex(8)}"
        response.set_cookie(
            _COOKIE,
            f"{login}.{self._mac('login', login)}",
            max_age=_STAY,
            path="/researcher",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def let_out(self, response: Response) -> Response:
        """Have the browser forget the login."""
        response.delete_cookie(_COOKIE, path="/researcher", httponly=True, samesite="strict")
        return response

    def inside(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        """A page for those logged in alone; forms must come from a page of theirs."""

        @wraps(page)
        async def guarded(request: Request) -> Response:
            login = self.login(request)
            if login is None:
                return RedirectResponse("/researcher/login", 303)
            sent = await form(request) if request.method == "POST" else {}
            if request.method == "POST" and not hmac.compare_digest(
                sent.get("csrf", "").encode(), self._mac("form", login).encode()
            ):
                return self.page(request, "message", status=403, heading=_LATE, text=_OLD)
            return await page(request, sent)

        return guarded

    def _mac(self, use: str, text: str) -> str:
        return hmac.new(self._key, f"{use}|{text}".encode(), hashlib.sha256).hexdigest()


_LATE = "This form is out of date"
_OLD = "It came from no page of this login. Go back, load the page again and send it once more."


async def form(request: Request) -> Form:
    """What a form holds; a name that comes several times is joined by line breaks."""
    try:
        text = (await request.body()).decode("ascii")
        found = parse_qs(text, keep_blank_values=True, max_num_fields=500, errors="replace")
    except ValueError:
        return {}
    return {name: "\n".join(values) for name, values in found.items()}


def _ago(then: float | None) -> str:
    if not then:
        return "–"
    seconds = max(0.0, time.time() - then)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"
