"""Bots through real pages: as volunteers would answer, also across a kill, or told what is wrong."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from threading import Timer

import pytest

from homophily.asks import Answer
from homophily.cli import main
from homophily.errors import DataError, UsageError
from homophily.items import Choice, Likert, Notice, Number, Option, Ranking, Several, Text
from homophily.lab import answers, load_design, open_run
from homophily.respondents.volunteer import Volunteer
from homophily.web.bots import Walked, crowd
from homophily.web.bots.filled import filled
from tests.lab.small import ENVIRONMENT
from tests.web.host.server import Server, serving

CHANGES = {"languages": ["en"], "participants": 3, "agents.points": 1}
OPTIONS = ("--language", "en", "--participants", "3", "--set", "participants=3", "--set", "agents.points=1")
OPEN = ("--requests", "0", "--arrivals", "0", "--takeover")


def token(server: Server) -> str:
    return str(re.findall(r"with the token (\S+)", server.log.read_text())[0])


async def walked(server: Server, **changes: object) -> list[Walked]:
    people = {"respondents": {"person": {"kind": "person"}}}
    study, design = load_design("teammates", {**CHANGES, **people, **changes})
    opens = token(server)
    return await crowd(server.url, study, design, Volunteer(), token=opens, participants=3)


def test_what_bots_send_is_what_volunteers_answer_unattended(tmp_path: Path) -> None:
    with serving(tmp_path, "teammates", *OPTIONS, *OPEN) as server:
        ways = asyncio.run(walked(server))
        assert all(way.code for way in ways)
        server.stop()
    (folder,) = (tmp_path / "runs").glob("teammates-*")
    kept = answers(open_run(folder)).set_index(["session", "path"])["value"]
    with pytest.raises(SystemExit, match="0"):
        main(["run", "teammates", *_sets(), "--folder", str(tmp_path / "alone"), "--no-report", "--quiet"])
    (alone,) = (tmp_path / "alone").glob("teammates-*")
    meant = answers(open_run(alone)).set_index(["session", "path"])["value"]
    assert set(kept.index) == set(meant.index)
    assert not {key: (kept[key], meant[key]) for key in kept.index if not same(kept[key], meant[key])}


def same(one: object, other: object) -> bool:
    """Alike as text, but for a number's noughts."""
    return str(one).removesuffix(".0") == str(other).removesuffix(".0")


def _sets() -> list[str]:
    return ["--languages", "en", "--set", "participants=3", "--set", "agents.points=1"]


def test_bots_outlast_a_killed_server_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(tmp_path, "teammates", *OPTIONS, *OPEN) as server:
        port = server.url.rpartition(":")[2]
        again: list[Server] = []
        monkeypatch.setitem(ENVIRONMENT, "BOTS", token(server))  # the same token after the kill

        def fall_over() -> None:
            server.kill()
            again.append(
                Server(tmp_path, "teammates", *OPTIONS, *OPEN, "--port", port, "--token-env", "BOTS")
            )

        timer = Timer(1.0, fall_over)
        timer.start()
        try:
            ways = asyncio.run(walked(server))
        finally:
            timer.join()
            again[0].stop()
    assert all(way.code for way in ways)
    (folder,) = (tmp_path / "runs").glob("teammates-*")
    kept = answers(open_run(folder)).set_index(["session", "seat", "path"])["value"]
    for way in ways:
        for key, answer in way.told.items():
            assert answer.value is None or same(kept[(way.session, *key)], answer.value)


def test_bots_are_told_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(tmp_path, "teammates", *OPTIONS, *OPEN) as server:
        study, design = load_design("teammates", {"respondents": {"person": {"kind": "person"}}})
        with pytest.raises(UsageError, match="does not take the researcher's token"):
            asyncio.run(crowd(server.url, study, design, Volunteer(), token="x" * 20, participants=1))
        with pytest.raises(DataError, match="give the bots the design"):
            asyncio.run(walked(server, **{"forms.page": 2}))
    with pytest.raises(SystemExit, match="2"):
        main(["bots", "teammates", "--url", "http://127.0.0.1:1"])
    assert "--token-env" in capsys.readouterr().err


OPTIONS_OF = (Option("a", "A"), Option("b", "B"), Option("c", "C"))


@pytest.mark.parametrize(
    ("item", "value", "sent"),
    [
        (Notice(id="n", text=""), "read", {}),
        (Likert(id="l", text=""), 3, {"f0": "3"}),
        (Number(id="m", text=""), 41.0, {"f0": "41"}),
        (Number(id="m", text=""), 0.5, {"f0": "0.5"}),
        (Text(id="t", text=""), "words", {"f0": "words"}),
        (Choice(id="c", text="", options=OPTIONS_OF), "b", {"f0": "B"}),
        (Ranking(id="r", text="", options=OPTIONS_OF), "c,a,b", {"f0.A": "2", "f0.B": "3", "f0.C": "1"}),
        (Several(id="s", text="", options=OPTIONS_OF, most=2), "a,c", {"f0": ["a", "c"]}),
    ],
)
def test_every_kind_is_filled_in(item: object, value: object, sent: object) -> None:
    assert filled(item, Answer(value=value, raw=str(value)), "f0") == sent  # type: ignore[arg-type]
