"""Hostile words: scripts, formulas, SQL and paths in every field, and in nobody's page but as text."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from homophily.lab import open_run as opened_run
from homophily.web.dashboard import routes
from homophily.web.host import Host, application
from tests.web.dashboard.test_dashboard import Researcher, teammates
from tests.web.host.hosted import opened, rows
from tests.web.host.visitor import Visitor

TOKEN = "the researcher's token"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>{{7*7}}${7*7}"
WORDS = (
    SCRIPT,
    '=HYPERLINK("http://evil.test","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "'; DROP TABLE answers; --",
    '" OR 1=1; DELETE FROM participants',
    "nul \x00 bell \x07 escape \x1b[31m",
    "\u202eright to left\u202c \ufeff\u200b \U0001f4a5 e\u0301",
    "../../etc/passwd\r\nSet-Cookie: a=b",
    "a" * 19_000,
)


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_hostile_words_are_answers_like_any_other(tmp_path: Path, words: str) -> None:
    async def visit() -> None:
        async with opened(tmp_path) as (host, _):
            app = application(host, researcher=routes(host))
            visitor, researcher = Visitor(app), Researcher(app)
            await visitor.begin(f"/?pid={quote(words[:100])}&session={quote(words[:100])}&language=en")
            while visitor.path != "/done":
                form = visitor.form.filled(text=words)
                await visitor.client.post("/study/draft", data=form)
                await visitor.get("/study")
                assert visitor.page.status_code == 200
                harmless(visitor.text)
                await visitor.post("/study", form)
                assert visitor.page.status_code == 200, visitor.text
                harmless(visitor.text)
            await researcher.log_in()
            for path in ("", "people", "coding", "coding?coder=" + quote(words[:50]), "preview", "export"):
                await researcher.get(f"/researcher/{path}")
                assert researcher.page.status_code in (200, 404), (path, researcher.text)
                harmless(researcher.text)
            exported = await researcher.get("/researcher/export.zip")
            formulas(exported.content)
            paid = await researcher.get("/researcher/payment.csv")
            assert all(
                cell[:1] not in "=+@" for row in csv.reader(io.StringIO(paid.text)) for cell in row if cell
            )
            await visitor.close()
            await researcher.close()
            report = await asyncio.to_thread(_report, host)
            harmless(report)

    asyncio.run(visit())


def _report(host: Host) -> str:
    from homophily.library import Played

    return Played(host.run, host.study, host.design).report().read_text(encoding="utf-8")


def harmless(page: str) -> None:
    """No word of a participant's is markup, or leaves the attribute it stands in."""
    for tag in ("<script>alert", "<img src=x", "<svg onload", "\"'><"):
        assert tag not in page


def formulas(archive: bytes) -> None:
    """No cell of an exported table is a spreadsheet's formula, but plain numbers."""
    with zipfile.ZipFile(io.BytesIO(archive)) as whole:
        for name in whole.namelist():
            if name.endswith(".csv"):
                for row in csv.reader(io.StringIO(whole.read(name).decode())):
                    for cell in row:
                        assert not cell or cell[0] not in "=+-@\t\r" or _number(cell), (name, cell[:80])


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_headers_of_one_s_own_change_nothing(tmp_path: Path) -> None:
    async def visit() -> None:
        async with opened(tmp_path) as (_, app):
            visitor = Visitor(app)
            await visitor.begin("/?pid=me")
            before = visitor.form.asks
            hostile: list[dict[str, str]] = [
                {"host": "evil.test"},
                {"host": 'evil.test"><script>'},
                {"x-forwarded-host": "evil.test", "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4"},
                {"x-original-url": "/researcher/", "x-rewrite-url": "/researcher/"},
                {"x-http-method-override": "DELETE"},
                {"content-length": "5", "transfer-encoding": "chunked"},
                {"accept-language": "a" * 9000},
                {"referer": "http://evil.test", "origin": "http://evil.test"},
                {"range": "bytes=0-5", "if-none-match": "*"},
            ]
            for headers in hostile:
                for path in ("/study", "/later", "/?pid=me"):
                    reply = await visitor.client.get(path, headers=headers)
                    assert reply.status_code == 200, (headers, path)
                    assert "<script>" not in reply.text
                    assert "evil.test" not in reply.text or path == "/later"
            await visitor.get("/study")
            assert visitor.form.asks == before
            await visitor.close()

    asyncio.run(visit())


def test_a_form_replayed_after_its_page_and_after_the_end_changes_nothing(tmp_path: Path) -> None:
    async def visit() -> Any:
        async with opened(tmp_path) as (host, app):
            visitor, sent = Visitor(app), []
            await visitor.begin("/?pid=me")
            while visitor.path != "/done":
                sent.append(visitor.form.filled())
                await visitor.post("/study", sent[-1])
            held = rows(host.run, "SELECT path, raw, time FROM answers ORDER BY path")
            for form in sent:
                for name in [key for key in form if key.startswith("f")]:
                    form[name] = "1"
                assert (await visitor.client.post("/study", data=form)).status_code == 200
                await visitor.client.post("/study/draft", data=form)
                await visitor.client.post("/begin", data=form | {"decision": "agree"})
            assert rows(host.run, "SELECT path, raw, time FROM answers ORDER BY path") == held
            assert rows(host.run, "SELECT count(*) FROM drafts") == [(0,)]
            assert rows(host.run, "SELECT count(*) FROM participants") == [(1,)]
            await visitor.close()

    asyncio.run(visit())


def test_thousands_of_fields_and_asks_are_read_in_no_time_or_refused(tmp_path: Path) -> None:
    async def visit() -> None:
        async with opened(tmp_path) as (host, app):
            visitor = Visitor(app)
            await visitor.begin("/?pid=me")
            csrf, kind = visitor.form.hidden["csrf"], {"content-type": "application/x-www-form-urlencoded"}
            for body in (
                f"csrf={csrf}&" + "ask=me:notice&" * 1900,
                f"csrf={csrf}&" + "&".join(f"f{n}=1" for n in range(1900)),
                f"csrf={csrf}&traces=" + quote("[" * 10_000),
                f"csrf={csrf}&traces=" + quote('{"page":{"seconds":1e999},"fields":{"f0":{"keys":-1e400}}}'),
                f"csrf={csrf}&ask=" + quote("me:" + "x" * 100_000),
                f"csrf={csrf}&" + "&".join(f"a{n}=" for n in range(5000)),
            ):
                reply = await visitor.client.post("/study/draft", content=body, headers=kind)
                assert reply.status_code in (200, 400, 409)
            assert rows(host.run, "SELECT * FROM answers") == []
            await visitor.close()

    asyncio.run(visit())


def test_odd_words_and_ids_are_kept_in_postgres_too(tmp_path: Path, postgres: str) -> None:
    """It takes no NUL in a text."""

    async def visit() -> None:
        async with opened(tmp_path, store=postgres) as (host, app):
            for number, words in enumerate(WORDS):
                visitor = Visitor(app)
                await visitor.begin(f"/?pid={quote(words[:100])}&language={'en' if number % 2 else 'ja'}")
                if visitor.path != "/study":
                    continue
                await visitor.post(
                    "/study", visitor.form.filled() | {"traces": words, "ask": ["me:notice", words]}
                )
                while visitor.path != "/done":
                    await visitor.post("/study", visitor.form.filled(text=words) | {"extra": words})
                    assert visitor.page.status_code == 200
                await visitor.close()
            assert host.fault is None
            assert host.writer.error is None

    asyncio.run(visit())


def test_a_whole_session_of_teammates_in_postgres_and_its_deletion(tmp_path: Path, postgres: str) -> None:
    import asyncpg

    async def held(query: str) -> list[Any]:
        connection = await asyncpg.connect(postgres.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()

    async def visit() -> None:
        async with opened(tmp_path, store=postgres, **teammates(languages=["en"])) as (host, app):
            stays, leaves = Visitor(app), Visitor(app)
            for visitor, pid in ((stays, "STAYS-1"), (leaves, "LEAVES-2")):
                await visitor.begin(f"/?pid={pid}")
                await visitor.finish()
            assert len(await held("SELECT DISTINCT session FROM answers")) == 2
            await leaves.get("/withdraw")
            await leaves.post("/withdraw", leaves.form.hidden | {"decision": "withdraw"})
            for table in ("answers", "drafts", "draws", "sessions"):
                kept = {row["session"] for row in await held(f"SELECT DISTINCT session FROM {table}")}
                assert len(kept) <= 1
            assert len(await held("SELECT 1 FROM answers")) > 150
            people = {row["pid"]: row["state"] for row in await held("SELECT pid, state FROM participants")}
            assert people == {"STAYS-1": "finished", None: "withdrawn"}
            await stays.close()
            await leaves.close()
            host_run = host.run
        played = opened_run(host_run.folder)
        assert played.name

    asyncio.run(visit())
