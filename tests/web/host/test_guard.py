"""Hostile requests: forged and replayed forms, other people's sessions, large bodies, odd paths."""

from __future__ import annotations

import asyncio
import stat
from pathlib import Path
from typing import Any

import httpx2
import pytest

from homophily.errors import UsageError
from homophily.web.host import Host, Settings
from homophily.web.host.guard import Bucket
from homophily.web.host.seals import Seals
from tests.web.host.hosted import rows, visited, whole
from tests.web.host.visitor import Visitor


def test_forms_of_others_are_refused(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        app = visitor.client._transport.app
        other = Visitor(app)
        await other.begin("/?pid=other")
        await visitor.begin("/?pid=me")
        await visitor.answer()
        form = visitor.form.filled()
        for csrf in ("", "x", other.form.hidden["csrf"], visitor.form.hidden["csrf"][:-1]):
            await visitor.post("/study", form | {"csrf": csrf})
            assert visitor.page.status_code == 403
            await visitor.post("/withdraw", {"csrf": csrf})
            assert visitor.page.status_code == 403
            draft = await visitor.client.post("/study/draft", data=form | {"csrf": csrf})
            assert draft.status_code == 403
        assert len(rows(host.run, "SELECT * FROM answers")) == 1
        # A form sent from another's browser goes to that browser's own session, and fits nothing there.
        await other.post("/study", form | {"csrf": other.form.hidden["csrf"]})
        assert other.form.asks == ["me:notice"]
        await other.close()

    visited(tmp_path, visit)


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "x.y", ".", "a" * 5000, "{token}.{other}", "{token}", "../../etc.passwd", "%00.%00", "é.è"],
)
def test_cookies_of_one_s_own_making_open_nothing(tmp_path: Path, cookie: str) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        token, _, mac = visitor.client.cookies["homophily"].rpartition(".")
        forged = cookie.format(token=token, other=mac[::-1])
        app = visitor.client._transport.app
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="http://study.test"
        ) as client:
            reply = await client.get("/study", headers=[(b"cookie", f"homophily={forged}".encode())])
            assert reply.status_code == 404

    visited(tmp_path, visit)


def test_the_cookie_is_for_this_site_alone_and_behind_tls_for_tls_alone(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.get("/")
        plain = visitor.page.headers["set-cookie"]
        assert plain.startswith("homophily=")
        assert "HttpOnly" in plain
        assert "SameSite=lax" in plain
        assert "strict-transport-security" not in visitor.page.headers
        app = visitor.client._transport.app
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app), base_url="https://study.test"
        ) as client:
            reply = await client.get("/")
            secure = reply.headers["set-cookie"]
            assert secure.startswith("__Host-homophily=")
            assert "Secure" in secure
            assert "strict-transport-security" in reply.headers

    visited(tmp_path, visit)


def test_large_bodies_and_odd_ones_are_turned_away(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        form = visitor.form.filled()
        await visitor.post("/study", form | {"f0": "x" * 1_000_000})
        assert visitor.page.status_code == 413
        assert "too large" in visitor.text

        async def endless() -> Any:
            for _ in range(100):
                yield b"a" * 10_000

        send: list[tuple[dict[str, Any], int]] = [
            ({"content": endless(), "headers": {"content-type": "application/x-www-form-urlencoded"}}, 413),
            ({"json": form}, 415),
            ({"files": {"f0": b"x"}, "data": {"csrf": form["csrf"]}}, 415),
            ({"content": b"\xff\xfe", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 400),
            (
                {"content": b"a=b&" * 2500, "headers": {"content-type": "application/x-www-form-urlencoded"}},
                400,
            ),
            ({"content": b"", "headers": {"content-type": "application/x-www-form-urlencoded"}}, 403),
        ]
        for options, status in send:
            reply = await visitor.client.post("/study", **options)
            assert reply.status_code == status
        assert rows(host.run, "SELECT * FROM answers") == []
        await visitor.get("/study")
        assert visitor.form.asks == ["me:notice"]

    visited(tmp_path, visit)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/static/x/../../host.key",
        "/static/x/host.py",
        "/static/x/..%2f..%2fhost.key",
        "/static//etc/passwd",
        "/resume/" + "a" * 4000,
        "/resume/%00",
        "/researcher",
        "/study/",
        "/study/draft/x",
        "/?language=%00%ff",
        "/begin",
    ],
)
def test_odd_paths_are_pages_that_are_not_there(tmp_path: Path, path: str) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        reply = await visitor.client.get(path, follow_redirects=False)
        assert reply.status_code in ({200} if path.startswith("/?") else {404, 405})
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["content-security-policy"]
        for method in ("PUT", "DELETE", "TRACE", "PATCH"):
            assert (await visitor.client.request(method, path)).status_code == 405

    visited(tmp_path, visit)


def test_requests_are_limited_and_forms_survive_it(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        codes = [(await visitor.client.get("/study")).status_code for _ in range(12)]
        assert codes[0] == 200
        assert codes[-1] == 429
        await asyncio.sleep(1.1)
        assert await visitor.answer()
        assert visitor.page.status_code == 200

    visited(tmp_path, visit, settings=Settings(requests=3))


def test_the_key_is_its_owner_s_and_outlives_the_server(tmp_path: Path) -> None:
    one = Seals.of(tmp_path)
    token = Seals.token()
    assert stat.S_IMODE((tmp_path / "host.key").stat().st_mode) == 0o600
    assert Seals.of(tmp_path).opened(one.sealed(token)) == token
    assert not Seals.of(tmp_path).fits(token, one.sealed(token).rpartition(".")[2])
    (tmp_path / "host.key").write_bytes(b"short")
    with pytest.raises(UsageError, match="not whole"):
        Seals.of(tmp_path)


def test_no_secret_is_kept_in_the_store(tmp_path: Path) -> None:
    seen: list[str] = []

    async def visit(host: Host, visitor: Visitor) -> None:
        await visitor.begin()
        await visitor.finish()
        seen.append(visitor.client.cookies["homophily"])

    run = visited(tmp_path, visit)
    held = whole(run)
    token, _, mac = seen[0].rpartition(".")
    assert token.encode() not in held
    assert mac.encode() not in held
    assert b"researcher's token" not in held


def test_a_bucket_leaks(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("homophily.web.host.guard.time.monotonic", lambda: clock[0])
    bucket = Bucket(2, 4, names=2)
    assert [bucket.takes("a") for _ in range(6)] == [True] * 4 + [False] * 2
    clock[0] += 1
    assert [bucket.takes("a") for _ in range(3)] == [True, True, False]
    assert all(bucket.takes(name) for name in "bc")
    assert bucket.takes("a")  # longest quiet, forgotten


def test_health_says_when_the_store_takes_no_more(tmp_path: Path) -> None:
    async def visit(host: Host, visitor: Visitor) -> None:
        assert (await visitor.get("/health")).json() == {"status": "ok"}
        await visitor.begin()
        host.writer._store.commit = _full  # type: ignore[method-assign]
        form = visitor.form.filled()
        await visitor.post("/study", form)
        assert visitor.page.status_code == 503
        assert "no room" not in visitor.text
        assert (await visitor.get("/health")).status_code == 503
        assert host.stopped.is_set()

    async def _full(batch: Any) -> Any:
        from homophily.errors import DataError

        raise DataError("the store has no room left on its disk.")

    from homophily.errors import DataError

    with pytest.raises(DataError, match="no room"):
        visited(tmp_path, visit)
