"""One walker for both servers: reads the form of a page, fills it in and sends it, each request timed."""

from __future__ import annotations

import random
import ssl
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

__all__ = ["Form", "Seen", "walk"]

WORDS = "We talked little and agreed on most things; I would have liked to hear more reasons."


@dataclass
class Seen:
    """What walkers have seen of a server.

    Attributes:
        took: Seconds by kind of request: ``GET`` and ``POST`` of a page, and ``step``, from sending a page
            until the next is there, redirects included.
        errors: Replies that were no page and no redirect, and requests without a reply.
        sent: By walker, what was sent, by name of the field.
    """

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: int = 0
    sent: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


class Form(HTMLParser):
    """The one form of a page: its fields by name, as a browser would list them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.hidden: dict[str, list[str]] = defaultdict(list)
        self.radios: dict[str, list[str]] = defaultdict(list)
        self.numbers: list[str] = []
        self.texts: list[str] = []
        self.buttons: list[tuple[str, str]] = []
        self.feed(page)

    @property
    def questions(self) -> int:
        return len(self.radios) + len(self.numbers) + len(self.texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field."""
        told = {name: value or "" for name, value in attrs}
        name, kind = told.get("name", ""), told.get("type", "")
        if tag == "form":
            self.action = told.get("action", "")
        elif not name:
            return
        elif tag == "textarea":
            self.texts.append(name)
        elif tag == "button":
            self.buttons.append((name, told.get("value", "")))
        elif tag == "input" and kind == "radio":
            self.radios[name].append(told["value"])
        elif tag == "input" and kind == "hidden":
            self.hidden[name].append(told.get("value", ""))
        elif tag == "input" and kind in ("number", "range", "text"):
            self.numbers.append(name)

    def filled(self, who: str, chance: random.Random) -> dict[str, str]:
        """An answer to every question; the first button, and yes to consent."""
        values = {name: chance.choice(given) for name, given in self.radios.items()}
        if "consent" in self.radios:
            values["consent"] = self.radios["consent"][0]
        values |= {name: f"{chance.uniform(0, 100):.1f}" for name in self.numbers}
        return values | {name: f"{who}: {WORDS}" for name in self.texts}


@cache
def tls() -> ssl.SSLContext:
    """One for all: making one takes longer than a page."""
    return ssl.create_default_context()


async def walk(
    link: str,
    who: str,
    seen: Seen,
    names: Callable[[Form], dict[str, str]],
    pause: Callable[[int], Awaitable[None]],
) -> None:
    """Take part from the link until a page without a form.

    Args:
        link: Of this participant.
        who: Goes into the text, by which the answers are found again.
        seen: Takes what is seen.
        names: From a page's form to each field's question.
        pause: Waits as somebody does who reads and answers so many questions.
    """
    chance = random.Random(who)
    async with httpx2.AsyncClient(timeout=120, verify=tls()) as client:
        page = await _asked(client, seen, "GET", link, None)
        while page is not None:
            form = Form(page.text)
            if not (form.questions or form.buttons):
                return
            await pause(form.questions)
            values, known = form.filled(who, chance), names(form)
            sent = {**form.hidden, **dict(form.buttons[:1]), **values}
            target, began = urljoin(str(page.url), form.action), time.perf_counter()
            page = await _asked(client, seen, "POST", target, sent)
            if page is not None:
                seen.took["step"].append(time.perf_counter() - began)
                seen.sent[who] |= {known.get(name, name): value for name, value in values.items()}


async def _asked(
    client: httpx2.AsyncClient, seen: Seen, method: str, url: str, form: dict[str, object] | None
) -> httpx2.Response | None:
    """The page at the end of all redirects, each step timed; None after an error."""
    while True:
        began = time.perf_counter()
        try:
            reply = await client.request(method, url, data=form)
        except httpx2.TransportError:
            seen.errors += 1
            return None
        took = time.perf_counter() - began
        if reply.status_code in (302, 303, 307):
            if method == "POST":
                seen.took["POST"].append(took)
            method, url, form = "GET", urljoin(url, reply.headers["location"]), None
            continue
        if reply.status_code != 200 or method == "POST":  # a form that comes back is one that was not taken
            seen.errors += 1
            return None
        seen.took["GET"].append(took)
        return reply
