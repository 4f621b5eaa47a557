"""The participants' server while people answer: killed, without room, on a failing disk, its clock set."""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from tests.faults._clock import Clock
from tests.faults._disk import disk, image
from tests.faults._harness import shown
from tests.web.host.hosted import ASKS
from tests.web.host.server import Server, serving
from tests.web.host.visitor import Visitor

PEOPLE = 4
OPTIONS = ("--set", "n=4", "--requests", "0", "--arrivals", "0", "--languages", "en")


@dataclass
class Guest:
    """One who takes part, over all that happens to the server.

    Attributes:
        number: Their participant id.
        cookies: As their browser keeps them.
        told: What the server has acknowledged: the value of the scale, once its page was followed by another.
        pages: How many pages were acknowledged.
        met: How the last visit ended: ``done``, ``trouble`` (a page that says so) or ``gone`` (no reply).
    """

    number: int
    cookies: dict[str, str] = field(default_factory=dict)
    told: str = ""
    pages: int = 0
    met: str = ""

    async def visit(self, url: str, most: int = 100) -> None:
        """Answer page after page."""
        visitor = Visitor(url)
        visitor.client.cookies.update(self.cookies)
        try:
            self.met = await self._answer(visitor, most)
        except httpx2.TransportError:
            self.met = "gone"
        finally:
            await visitor.close()

    async def _answer(self, visitor: Visitor, most: int) -> str:
        await visitor.get(f"/?pid={self.number}" if not self.cookies else "/study")
        if "decision" in visitor.text:
            await visitor.post("/begin", {**visitor.form.hidden, "decision": "agree"})
        self.cookies.update(visitor.client.cookies)
        point = str(random.Random(self.number).randint(1, 7))
        for _ in range(most):
            if visitor.path == "/done":
                return "done"
            if visitor.page.status_code == 503:
                return "trouble"
            if "csrf" not in visitor.form.hidden:
                return "turned away"
            asks = visitor.form.asks
            await visitor.answer(lambda ask, values: point if "likert" in ask else values[-1])
            if visitor.page.status_code == 200:
                self.pages += 1
                self.told = point if "me:likert" in asks else self.told
        return "under way"


def visits(guests: list[Guest], url: str, most: int = 100) -> None:
    async def all_of_them() -> None:
        await asyncio.gather(*(guest.visit(url, most) for guest in guests))

    asyncio.run(all_of_them())


HARMS = (
    "the participants' server is killed",
    "the participants' server has a full disk",
    "the participants' server has a disk that becomes read-only",
)
Harm = tuple[Path, Callable[[Server], object], Callable[[], object]]


@pytest.fixture
def harm(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harm]:
    """A folder, what happens to it or its server, and how it is mended."""
    with ExitStack() as stack:
        if request.param == HARMS[0]:
            yield tmp_path, lambda server: server.kill(), lambda: None
        elif request.param == HARMS[1]:
            small = stack.enter_context(disk("4m"))
            yield small.folder, lambda server: small.fill(), small.free
        else:
            failing = stack.enter_context(image("16M"))
            yield failing.folder, lambda server: failing.fail(), failing.repair


@pytest.mark.parametrize("harm", HARMS, indirect=True, ids=str)
def test_people_go_on_where_they_were(harm: Harm, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    root, strike, mend = harm
    (tmp_path / "forms.py").write_text("from tests.web.host.hosted import study\n")
    options = (*OPTIONS, "--folder", str(root / "runs"))
    guests = [Guest(number) for number in range(PEOPLE)]
    with serving(tmp_path, "forms.py", *options) as server:
        visits(guests, server.url, most=2)
        assert all(guest.pages == 2 for guest in guests)
        strike(server)
        visits(guests, server.url)
        name = request.node.callspec.id
        if name == HARMS[0]:
            assert all(guest.met == "gone" for guest in guests)
            shown(name, "", root)
        else:
            assert {guest.met for guest in guests} <= {"trouble", "gone"}
            assert server.process.wait(30) == 3
            line = server.log.read_text().splitlines()[-1]
            shown(name, line, root)
    acknowledged = {guest.number: (guest.told, guest.pages) for guest in guests}
    mend()
    with serving(tmp_path, "forms.py", *options) as server:
        visits(guests, server.url)
        assert all(guest.met == "done" for guest in guests)
        assert server.stop() == 0
        assert f"{PEOPLE} finished" in server.log.read_text()
    (file,) = (root / "runs").glob("*/answers.db")
    with closing(sqlite3.connect(file)) as store:
        sessions = dict(store.execute("SELECT pid, session FROM participants"))
        values = dict(store.execute("SELECT session, value FROM answers WHERE path = 'likert'"))
        assert store.execute("SELECT count(*) FROM answers").fetchone() == (PEOPLE * ASKS,)
    for number, (told, pages) in acknowledged.items():
        assert pages >= 2
        assert not told or values[sessions[str(number)]] == told
        assert guests[number].pages <= 5  # no page was asked again that had been acknowledged


def test_a_clock_that_is_set_while_people_answer(tmp_path: Path) -> None:
    (tmp_path / "forms.py").write_text("from tests.web.host.hosted import study\n")
    clock, guests = Clock(tmp_path / "clock"), [Guest(number) for number in range(PEOPLE)]
    with serving(tmp_path, "forms.py", *OPTIONS, **clock.environment) as server:
        visits(guests, server.url, most=2)
        clock.set("+2y")
        late = Guest(PEOPLE)
        visits([late], server.url, most=1)
        assert late.met == "turned away"  # every place is still taken: nobody was away for two years
        visits(guests, server.url, most=1)
        clock.set("-2y")
        visits(guests, server.url)
        shown("the clock is set while people answer", "", tmp_path)
        assert all(guest.met == "done" for guest in guests)
        assert server.stop() == 0
        said = server.log.read_text()
    assert re.search(rf"\({PEOPLE} finished\)", said), said
    (file,) = (tmp_path / "runs").glob("*/answers.db")
    with closing(sqlite3.connect(file)) as store:
        assert store.execute("SELECT count(*), count(DISTINCT session) FROM answers").fetchone() == (
            PEOPLE * ASKS,
            PEOPLE,
        )
        (longest, shortest) = store.execute("SELECT max(seconds), min(seconds) FROM answers").fetchone()
        assert 0 <= shortest <= longest < 60
