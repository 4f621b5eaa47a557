"""Every route under random requests: never a fault of ours, never another's data, the store as it was."""

from __future__ import annotations

import asyncio
import io
import string
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_from_bytes, urlencode

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from homophily.web.dashboard import routes
from homophily.web.host import Settings, application
from tests.web.host.hosted import Forms, opened, rows
from tests.web.host.visitor import Visitor

TOKEN, SECRET_PID, SECRET = "the researcher's token", "PID-OF-ANOTHER", "what another wrote in confidence"
LIMITLESS = Settings(requests=0, arrivals=0, idle=0.0)


def table(app: Any) -> list[tuple[str, str]]:
    """Method and path of every route there is, those mounted among them."""
    found = []

    def walk(several: Any, prefix: str) -> None:
        for route in several:
            if isinstance(route, Mount):
                walk(route.routes, prefix + route.path)
            elif isinstance(route, Route):
                found.extend((method, prefix + route.path) for method in sorted(route.methods or {"GET"}))

    walk(app.routes, "")
    return found


class Place:
    """One host for all examples: another's finished session in it, and somebody who sends odd things."""

    def __init__(self, root: Path) -> None:
        self.runner = asyncio.Runner()
        self._opened = opened(root, design=Forms(n=400), settings=LIMITLESS)
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        self.host, _ = await self._opened.__aenter__()
        self.app = application(self.host, researcher=routes(self.host))
        self.table = table(self.app)
        other = Visitor(self.app)
        await other.begin(f"/?pid={SECRET_PID}")
        while other.path != "/done":
            await other.post("/study", other.form.filled(text=SECRET))
        await other.close()
        (self.other,) = self.host.people
        self.odd = Visitor(self.app)
        self.held = self.answers()

    def answers(self) -> Any:
        query = "SELECT session, path, value, raw, record, time FROM answers WHERE session = ? ORDER BY path"
        return rows(self.host.run, query, self.other.session)

    def close(self) -> None:
        async def end() -> None:
            await self.odd.close()
            await self._opened.__aexit__(None, None, None)

        self.runner.run(end())
        self.runner.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("fuzz"))
    yield place
    place.close()


ODD = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "\x00", "../..", "%2e%2e%2f", "<script>", "' OR 1=1 --", SECRET_PID, "me:notice", "1", "-1",
         "9" * 40, "en", "ja", "1e999", "[]", "{}", "agree", "decline", "withdraw", "me:likert",
         "en/0", "en/0|me|text"]
    ),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(
        ["csrf", "ask", "traces", "f0", "f1", "f2", "f0.A", "f0.skip", "decision", "language", "lang", "pid",
         "test", "token", "session", "doors", "coder", "key", "theme", "nothing", "number", "at",
         "sessions", "phone"]
    ),
    st.text(string.ascii_letters, max_size=6),
)  # fmt: skip
FIELDS = st.lists(st.tuples(NAMES, ODD), max_size=6)
#: A request: which route, what stands for its parameters, its query, and how its body departs from a page's.
REQUEST = st.fixed_dictionaries(
    {
        "route": st.integers(0, 10_000),
        "parameter": ODD,
        "query": FIELDS,
        "valid": st.booleans(),
        "fields": FIELDS,
        "dropped": st.integers(0, 3),
        "method": st.sampled_from(["", "", "", "", "GET", "POST", "HEAD", "PUT", "OPTIONS"]),
        "raw": st.one_of(st.none(), st.none(), st.none(), st.binary(max_size=200)),
        "headers": st.dictionaries(
            st.sampled_from(
                ["host", "x-forwarded-for", "x-forwarded-proto", "accept-language", "cookie", "referer"]
            ),
            st.text(string.printable.strip(), max_size=40),
            max_size=2,
        ),
    }
)


async def send(place: Place, asked: dict[str, Any], client: httpx2.AsyncClient) -> httpx2.Response:
    """One request, made of a page's own form where it is to be valid."""
    method, path = place.table[asked["route"] % len(place.table)]
    for name in ("seal", "digest", "name", "number:int"):
        path = path.replace("{" + name + "}", quote(asked["parameter"], safe=""))
    if asked["query"]:
        path += "?" + urlencode(asked["query"], errors="replace")
    fields: list[tuple[str, str]] = []
    if asked["valid"] and 'name="csrf"' in place.odd.text:
        form = place.odd.form.filled() if place.odd.form.asks else dict(place.odd.form.hidden)
        for name, value in form.items():
            fields += [(name, each) for each in (value if isinstance(value, list) else [value])]
        fields = fields[: len(fields) - asked["dropped"]]
    body = asked["raw"] if asked["raw"] is not None else urlencode(fields + asked["fields"], errors="replace")
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return await client.request(
        asked["method"] or method, path, content=body, headers=kind | asked["headers"], follow_redirects=False
    )


def blameless(place: Place, reply: httpx2.Response) -> None:
    assert reply.status_code < 500, reply.text
    assert "content-security-policy" in reply.headers
    assert SECRET not in reply.text
    if reply.request.url.path != "/" and "pid" not in reply.request.url.query.decode():
        assert SECRET_PID not in reply.text or SECRET_PID in reply.request.content.decode(errors="replace")


@settings(max_examples=120, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(REQUEST, min_size=1, max_size=12))
def test_no_request_is_our_fault_or_another_s_loss(place: Place, asked: list[dict[str, Any]]) -> None:
    async def run() -> None:
        await place.odd.begin("/?language=en")
        for each in asked:
            blameless(place, await send(place, each, place.odd.client))
            await place.odd.get("/study")
            blameless(place, place.odd.page)
        assert place.host.fault is None
        assert place.host.writer.error is None
        await place.host.writer.settled()

    place.runner.run(run())
    assert place.answers() == place.held
    once = rows(place.host.run, "SELECT count(*), count(DISTINCT session || seat || path) FROM answers")
    assert once[0][0] == once[0][1]
    assert place.host.people.known(SECRET_PID, test=False) is place.other
    assert place.other.state == "finished"
    for path, value in rows(place.host.run, "SELECT path, value FROM answers WHERE kind = 'likert'"):
        assert value is None or 1 <= int(value) <= 7, path


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(asked=st.lists(REQUEST, min_size=1, max_size=8))
def test_no_request_of_a_researcher_s_browser_is_our_fault(place: Place, asked: list[dict[str, Any]]) -> None:
    async def run() -> None:
        transport = httpx2.ASGITransport(app=place.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://study.test") as client:
            await client.post("/researcher/login", data={"token": TOKEN})
            for each in asked:
                each = each | {"headers": {}, "valid": False}
                inside = [n for n, (_, path) in enumerate(place.table) if path.startswith("/researcher")]
                reply = await send(place, each | {"route": inside[each["route"] % len(inside)]}, client)
                assert reply.status_code < 500, reply.text
                if reply.headers.get("content-type") == "application/zip":
                    assert zipfile.ZipFile(io.BytesIO(reply.content)).testzip() is None
        assert place.host.doors == "open"  # no form came from a page of the login

    place.runner.run(run())
    assert place.answers() == place.held


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    path=st.binary(max_size=60), query=st.binary(max_size=60), method=st.sampled_from(["GET", "POST", "HEAD"])
)
def test_no_bytes_in_an_address_are_our_fault(place: Place, path: bytes, query: bytes, method: str) -> None:
    async def run() -> None:
        address = (
            "/" + quote_from_bytes(path, safe="/%.;:@&=+$,~") + "?" + quote_from_bytes(query, safe="%&=/")
        )
        try:
            reply = await place.odd.client.request(
                method, "http://study.test" + address, follow_redirects=False
            )
        except (httpx2.InvalidURL, UnicodeDecodeError):
            return  # no client sends it
        blameless(place, reply)

    place.runner.run(run())
