"""The researcher's pages: who gets in, what they show, what goes out, and that it names nobody."""

import asyncio
import csv
import io
import re
import sqlite3
import zipfile
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pandas as pd
import pytest

from homophily.lab import load_design
from homophily.library import open_run
from homophily.web.dashboard import routes
from homophily.web.dashboard.signals import pages, signals
from homophily.web.host import Host, Settings, application
from tests.web.host.hosted import ASKS, FAST, PAGES, opened
from tests.web.host.visitor import Visitor

TOKEN = "the researcher's token"
PID = "PERSON-4711"
PAGES_INSIDE = ("", "people", "close", "export", "coding", "preview", "preview/1", "figure.png", "export.zip")


class Researcher(Visitor):
    """A browser on the researcher's pages."""

    async def log_in(self, token: str = TOKEN) -> httpx2.Response:
        return await self.post("/researcher/login", {"token": token})

    @property
    def csrf(self) -> str:
        return unescape(re.findall(r'name="csrf" value="([^"]*)"', self.text)[0])


Visit = Callable[[Host, Visitor, Researcher], Awaitable[Any]]


def visited(root: Path, visit: Visit, **options: Any) -> Any:
    """What a visit of a participant and a researcher returns."""

    async def all_of_it() -> Any:
        async with opened(root, **options) as (host, _):
            app = application(host, researcher=routes(host))
            visitor, researcher = Visitor(app), Researcher(app)
            try:
                return await visit(host, visitor, researcher)
            finally:
                await visitor.close()
                await researcher.close()

    return asyncio.run(all_of_it())


def teammates(**changes: Any) -> dict[str, Any]:
    settings = {"respondents": {"person": {"kind": "person"}}, "participants": 4, **changes}
    study, design = load_design("teammates", settings)
    return {"of": study, "design": design}


@pytest.mark.parametrize("path", PAGES_INSIDE)
def test_nobody_sees_anything_without_the_token(tmp_path: Path, path: str) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        for cookie in ("", "9999999999-abc.forged", f"9999999999-abc.{'0' * 64}"):
            researcher.client.cookies.set("homophily-researcher", cookie, path="/researcher")
            await researcher.get(f"/researcher/{path}")
            assert researcher.path == "/researcher/login"
        await visitor.begin()  # a participant's own cookie opens nothing here
        await visitor.get(f"/researcher/{path}")
        assert visitor.path == "/researcher/login"

    visited(tmp_path, visit)


def test_a_wrong_token_is_refused_and_guessing_is_slow(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        found = [(await researcher.log_in(f"guess {n}")).status_code for n in range(8)]
        assert found[0] == 403
        assert 429 in found
        assert "set-cookie" not in researcher.page.headers

    visited(tmp_path, visit)


def test_a_login_ends_with_its_token_and_by_logging_out(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await researcher.log_in()
        assert researcher.path == "/researcher/"
        cookie = next(c for c in researcher.client.cookies.jar if c.name == "homophily-researcher")
        assert cookie.path == "/researcher"
        host.researcher = "another token"
        other = Researcher(application(host, researcher=routes(host)))
        other.client.cookies.set("homophily-researcher", str(cookie.value), path="/researcher")
        await other.get("/researcher/")
        assert other.path == "/researcher/login"
        await other.close()
        await researcher.post("/researcher/logout", {"csrf": researcher.csrf})
        await researcher.get("/researcher/")
        assert researcher.path == "/researcher/login"

    visited(tmp_path, visit)


@pytest.mark.parametrize("path", ["doors", "report", "coding", "logout"])
def test_forms_need_to_come_from_a_page_of_the_login(tmp_path: Path, path: str) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await researcher.log_in()
        for csrf in ({}, {"csrf": "no"}):
            reply = await researcher.post(f"/researcher/{path}", {**csrf, "doors": "closed"})
            assert reply.status_code == 403
        assert host.doors == "open"

    visited(tmp_path, visit)


def test_the_overview_tells_how_the_study_stands(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await visitor.begin(f"/?pid={PID}")
        await visitor.finish()
        second = Visitor(application(host, researcher=routes(host)))
        await second.begin()
        await second.answer()
        test = Visitor(application(host, researcher=routes(host)))
        await test.begin(f"/?test=1&token={host.tester}")
        await test.finish()
        assert (await test.post("/researcher/login", {"token": host.tester})).status_code == 403
        await researcher.log_in()
        assert f"<dd>{ASKS + 1}</dd>" in researcher.text
        facts = re.findall(r"<dt>([^<]*)</dt><dd>(\d+)", researcher.text)
        assert dict(facts) == {
            "Finished": "1",
            "Taking part now": "1",
            "Answers recorded": str(ASKS + 1),
            "Test runs, not counted": "1",
        }
        assert PID not in researcher.text
        times = researcher.text.split('id="times"')[1].split("</table>")[0]
        # as they come, not by name
        assert re.findall(r'<th scope="row">([^<]*)', times)[:2] == ["notice", "likert"]
        balance = researcher.text.split('id="balance"')[1].split("</table>")[0]
        assert re.findall(r'<td class="number">(\d+)', balance) == ["1", "0"]
        await researcher.get("/researcher/people")
        assert PID in researcher.text
        await second.close()
        await test.close()

    visited(tmp_path, visit)


def test_doors_are_paused_closed_and_opened(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await researcher.log_in()
        for doors in ("paused", "closed", "open"):
            await researcher.post("/researcher/doors", {"csrf": researcher.csrf, "doors": doors})
            assert host.doors == doors
            await visitor.get("/")
            assert ("/begin" in visitor.text) == (doors == "open")
        await researcher.post("/researcher/doors", {"csrf": researcher.csrf, "doors": "ajar"})
        assert host.doors == "open"

    visited(tmp_path, visit)


def test_exports_hold_the_data_and_no_names(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await visitor.begin(f"/?pid={PID}")
        await visitor.finish()
        left = Visitor(application(host, researcher=routes(host)))
        await left.begin("/?pid=LEFT-0815")
        await left.answer()
        await researcher.log_in()
        for query, people in (("?sessions=finished", 1), ("", 2)):
            reply = await researcher.get(f"/researcher/export.zip{query}")
            with zipfile.ZipFile(io.BytesIO(reply.content)) as whole:
                names = {Path(name).name for name in whole.namelist()}
                assert {"answers.csv", "answers.parquet", "page_times.csv", "codebook.md"} <= names
                texts = b"".join(whole.read(name) for name in whole.namelist())
                assert PID.encode() not in texts
                assert b"LEFT-0815" not in texts
                assert TOKEN.encode() not in texts
                answers = pd.read_csv(io.BytesIO(whole.read(f"{host.run.name}/answers.csv")))
                assert answers["session"].nunique() == people
        reply = await researcher.get("/researcher/payment.csv")
        assert PID in reply.text
        _, *lines = csv.reader(io.StringIO(reply.text))
        assert len(lines) == 2
        arrived, ended = (datetime.fromisoformat(lines[0][place]) for place in (3, 4))
        assert arrived.utcoffset() == timedelta(0)
        assert timedelta(0) <= ended - arrived < timedelta(hours=1)
        await left.close()

    visited(tmp_path, visit)


def test_no_spreadsheet_takes_an_id_for_a_formula(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await visitor.begin("/?pid=%3DHYPERLINK(1)")
        await researcher.log_in()
        reply = await researcher.get("/researcher/payment.csv")
        assert "'=HYPERLINK(1)" in reply.text

    visited(tmp_path, visit)


def test_the_preview_shows_every_page_and_keeps_nothing(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> Host:
        await researcher.log_in()
        await researcher.get("/researcher/preview?session=en/1")
        links = re.findall(r'href="(/researcher/preview/\d+[^"]*)"', researcher.text)
        assert len(links) == PAGES
        for link in links:
            assert (await researcher.get(unescape(link))).status_code == 200
        assert (await researcher.get("/researcher/preview/99")).status_code == 404
        return host

    host = visited(tmp_path, visit)
    with sqlite3.connect(host.run.folder / "answers.db") as store:
        for table in ("answers", "participants", "drafts", "sessions"):
            assert store.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_open_answers_are_coded_by_two_who_see_nothing_of_each_other(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> Host:
        for _ in range(2):
            person = Visitor(application(host, researcher=routes(host)))
            await person.begin(f"/?pid={PID}-{_}")
            await person.finish()
            await person.close()
        await researcher.log_in()
        shown: dict[str, list[str]] = {}
        for coder in ("ann", "bob"):
            await researcher.get(f"/researcher/coding?coder={coder}")
            while "<blockquote" in researcher.text:
                key = unescape(re.findall(r'name="key" value="([^"]*)"', researcher.text)[0])
                shown.setdefault(coder, []).append(key)
                body = researcher.text.split("<blockquote")[0].split("<main")[1]
                assert "level" not in body
                assert PID not in researcher.text
                assert "checked" not in researcher.text
                values = {"theme": ["care", "risk"]} if len(shown[coder]) % 3 else {"nothing": "1"}
                form = {"csrf": researcher.csrf, "coder": coder, "key": key, "number": "0"}
                if len(shown[coder]) == 1:
                    await researcher.post("/researcher/coding", form)
                    assert "Choose at least one theme" in researcher.text
                await researcher.post("/researcher/coding", form | values)
        assert sorted(shown["ann"]) == sorted(shown["bob"])
        assert shown["ann"] != shown["bob"]
        await researcher.get("/researcher/coding")
        assert "Cohen" in researcher.text
        return host

    host = visited(tmp_path, visit, **teammates())
    tables = open_run(host.run.folder).tables
    assert set(tables["codings"]["coder"]) == {"ann", "bob"}
    assert set(tables["codings"]["theme"]) == {"care", "risk", ""}
    assert {"level", "position", "question", "participant"} <= set(tables["codings"].columns)


def test_a_coding_is_changed_by_its_own_coder_alone(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> list[tuple[Any, ...]]:
        await visitor.begin()
        await visitor.finish()
        await researcher.log_in()
        for coder, theme in (("ann", "care"), ("bob", "risk"), ("ann", "style")):
            await researcher.get(f"/researcher/coding?coder={coder}&at=0")
            key = unescape(re.findall(r'name="key" value="([^"]*)"', researcher.text)[0])
            form = {"csrf": researcher.csrf, "coder": coder, "key": key, "theme": theme}
            await researcher.post("/researcher/coding", form)
            forged = form | {"key": "en/9|me|text"}
            await researcher.post("/researcher/coding", forged)
        with sqlite3.connect(host.run.folder / "answers.db") as store:
            return store.execute("SELECT coder, theme FROM codings ORDER BY coder").fetchall()

    assert visited(tmp_path, visit) == [("ann", "style"), ("bob", "risk")]


def test_a_withdrawal_takes_its_codings_along(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> int:
        await visitor.begin()
        await visitor.finish()
        await researcher.log_in()
        await researcher.get("/researcher/coding?coder=ann")
        key = unescape(re.findall(r'name="key" value="([^"]*)"', researcher.text)[0])
        form = {"csrf": researcher.csrf, "coder": "ann", "key": key, "theme": "care"}
        await researcher.post("/researcher/coding", form)
        await visitor.get("/withdraw")
        await visitor.post("/withdraw", visitor.form.hidden | {"decision": "withdraw"})
        with sqlite3.connect(host.run.folder / "answers.db") as store:
            return int(store.execute("SELECT count(*) FROM codings").fetchone()[0])

    assert visited(tmp_path, visit) == 0


def test_the_report_is_made_and_shown(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        await visitor.begin()
        await visitor.finish()
        await researcher.log_in()
        await researcher.get("/researcher/export")
        await researcher.post("/researcher/report", {"csrf": researcher.csrf})
        for _ in range(200):
            await researcher.get("/researcher/export")
            if "Open the report" in researcher.text:
                break
            await asyncio.sleep(0.1)
        await researcher.get("/researcher/report.html")
        assert "Every kind of item" in researcher.text
        assert "script-src 'unsafe-inline'" in researcher.page.headers["content-security-policy"]

    visited(tmp_path, visit)


def test_signals_and_times_are_read_off_what_was_counted() -> None:
    def row(session: str, path: str, **more: Any) -> dict[str, Any]:
        page = {"page": "trust/01", "kind": "likert", "measures": "", "number": 3.0, "seconds": 30.0}
        return {"session": session, "path": path, "pasted": 0.0, "script": True, **page, **more}

    ratings = [row("a", f"trust/{n:02d}") for n in range(6)]
    careful = [row("b", f"trust/{n:02d}", number=float(n)) for n in range(6)]
    hasty = [row("c", f"trust/{n:02d}", number=float(n), seconds=2.0) for n in range(6)]
    text = [row("b", "open/1", page="open/1", kind="text", pasted=240.0, seconds=80.0)]
    check = [row("c", "check", page="check", measures="attention.5", number=2.0)]
    answers = pd.DataFrame([*ratings, *careful, *hasty, *text, *check])
    assert signals(answers) == {
        "a": ["one answer throughout on 1 page"],
        "b": ["pasted into 1 answer (240 characters)"],
        "c": ["1 page in under 1 s a question", "1 attention check not met"],
    }
    times = pages(answers).set_index("page")
    assert times.loc["trust", "n"] == 3
    assert times.loc["trust", "median"] == 30.0
    assert times.loc["open", "median"] == 80.0


def test_limits_are_the_hosts(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor, researcher: Researcher) -> None:
        reply = await researcher.post("/researcher/login", {"token": "x" * (300 << 10)})
        assert reply.status_code == 413
        await researcher.log_in()
        assert "default-src 'none'" in researcher.page.headers["content-security-policy"]

    visited(tmp_path, visit, settings=Settings(requests=FAST.requests, arrivals=0))
