"""The command itself: served, killed, stopped, and gone on with."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
from pathlib import Path

import httpx2
import pytest

from homophily.cli import main
from homophily.lab import answers, open_run
from tests.web.host.server import serving
from tests.web.host.visitor import Visitor

STUDY = "from tests.web.host.hosted import study\n"


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A study file as a researcher would write one."""
    (tmp_path / "forms.py").write_text(STUDY)
    return "forms.py"


def test_kill_after_kill_no_acknowledged_answer_is_lost(tmp_path: Path, source: str) -> None:
    acknowledged: dict[str, list[tuple[str, str]]] = {}
    chance = random.Random(1)

    async def visit(url: str, number: int, cookies: dict[str, str]) -> None:
        """Answers until the server is gone; what was acknowledged is written down."""
        visitor = Visitor(url)
        visitor.client.cookies.update(cookies)
        told = acknowledged.setdefault(str(number), [])
        try:
            await visitor.get(f"/?pid={number}")
            if "decision" in visitor.text:
                await visitor.post("/begin", {**visitor.form.hidden, "decision": "agree"})
            cookies.update(visitor.client.cookies)
            while visitor.path != "/done":
                form = visitor.form
                point = str(chance.randint(1, 7))
                await visitor.answer(lambda ask, values: point if "likert" in ask else values[-1])  # noqa: B023
                assert visitor.page.status_code == 200, visitor.text
                told.extend((ask.partition(":")[2], point) for ask in form.asks)
        except httpx2.TransportError:
            pass
        finally:
            await visitor.close()

    async def visits(url: str, jars: list[dict[str, str]], kill: object = None) -> None:
        going = [asyncio.create_task(visit(url, number, jar)) for number, jar in enumerate(jars)]
        if kill is not None:
            await asyncio.sleep(0.1 + chance.random() * 0.3)
            kill()  # type: ignore[operator]
        await asyncio.gather(*going)

    jars: list[dict[str, str]] = [{} for _ in range(8)]
    options = ("--set", "n=12", "--requests", "0", "--arrivals", "0")
    for _ in range(2):
        with serving(tmp_path, source, *options) as server:
            asyncio.run(visits(server.url, jars, server.kill))
    with serving(tmp_path, source, *options) as server:
        asyncio.run(visits(server.url, jars))
        assert server.stop() == 0
        assert "8 finished" in server.log.read_text()
    (folder,) = (tmp_path / "runs").glob("*/design.json")
    table = answers(open_run(folder.parent)).set_index(["session", "path"])["value"]
    with sqlite3.connect(folder.parent / "answers.db") as file:
        sessions = dict(file.execute("SELECT pid, session FROM participants"))
    assert len(sessions) == 8
    for number, told in acknowledged.items():
        for path, point in told:
            kept = table[sessions[number], path]
            assert path != "likert" or kept == point
    assert len(table) == 8 * 7


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_clean_and_the_same_command_goes_on(tmp_path: Path, source: str, by: int) -> None:
    async def visit(url: str) -> str:
        visitor = Visitor(url)
        await visitor.begin("/?pid=secret-id")
        await visitor.answer()
        await visitor.close()
        return str(visitor.client.cookies["homophily"])

    with serving(tmp_path, source) as server:
        claimed = httpx2.get(server.url, headers={"x-forwarded-proto": "https"})
        assert claimed.headers["set-cookie"].startswith("homophily=")  # nobody is believed without a proxy
        cookie = asyncio.run(visit(server.url))
        assert server.stop(by) == 0
        said = server.log.read_text()
        assert "Traceback" not in said
        assert "secret-id" not in said
        assert cookie not in said
        assert "(1 playing)" in said
    with serving(tmp_path, source) as server:
        reply = httpx2.get(f"{server.url}/study", headers={"cookie": f"homophily={cookie}"})
        assert 'value="me:likert"' in reply.text
        server.stop()


def test_a_preview_keeps_nothing(tmp_path: Path, source: str) -> None:
    with serving(tmp_path, source, "--preview", "--language", "ja", "--behind-proxy") as server:
        forwarded = httpx2.get(server.url, headers={"x-forwarded-proto": "https"})
        assert forwarded.headers["set-cookie"].startswith("__Host-homophily=")

        async def visit() -> None:
            visitor = Visitor(server.url)
            await visitor.begin()
            assert "プレビュー中です。" in visitor.text
            await visitor.finish()
            await visitor.close()

        asyncio.run(visit())
        assert server.stop() == 0
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["host", "dyads"], "seats no person"),
        (["host", "teammates", "--title", "x"], "--title 'x': write it as LANGUAGE="),
        (["host", "teammates", "--consent", "en=none.txt"], "'none.txt' cannot be read"),
        (["host", "teammates", "--token-env", "NOWHERE"], "holds no token"),
        (["host", "nothing"], "no study named 'nothing'"),
    ],
)
def test_words_that_are_wrong_are_told_in_one_line(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    error = capsys.readouterr().err  # type: ignore[attr-defined]
    assert said in error
    assert error.count("\n") == 1


def test_a_person_is_not_asked_by_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: object
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        main(["run", "teammates", "-q", "--no-report", "--set", "respondents.people.kind=person"])
    assert left.value.code == 2
    assert "serve it with homophily host" in capsys.readouterr().err  # type: ignore[attr-defined]
