"""The comparison with peers: our own side of it, and that misplaced answers and unlike figures are seen."""

from __future__ import annotations

import asyncio
import json
import random
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest
from benchmarks._beside import gaps
from benchmarks.overhead import echo
from benchmarks.peers import __main__ as peers
from benchmarks.peers import _child, asks, flow, pages
from benchmarks.peers._sites import kept_in, named
from benchmarks.peers._spread import spread
from benchmarks.peers._walker import Form, Seen, walk

from tests.web.host.hosted import opened


def job(url: str, folder: Path) -> _child.Job:
    return _child.Job(url, agents=3, items=4, concurrency=2, folder=str(folder / "record"))


def test_our_client_keeps_every_answer_of_the_job(tmp_path: Path) -> None:
    with echo(0) as url:
        told = asks.once(sys.executable, asks.OURS, job(url, tmp_path))
    assert told["asks"] == told["right"] == 12
    assert told["seconds"] > 0
    assert told["peak"] > 10


def test_answers_kept_in_the_wrong_place_are_counted_as_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = {(agent, item): _child.answered(agent, item) for agent in range(3) for item in range(4)}
    swapped = right | {(0, 0): right[0, 1], (0, 1): right[0, 0]}
    monkeypatch.setattr(sys, "argv", ["client", _child.said(job("", tmp_path))])
    _child.done(lambda job: None, lambda job: swapped)
    assert json.loads(capsys.readouterr().out)["right"] == 10


def test_a_walker_goes_to_the_end_and_what_it_sent_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = asyncio.run(walked(tmp_path, monkeypatch))
    assert seen.errors == 0
    assert len(seen.took["POST"]) == len(seen.took["step"]) == 4
    sent = seen.sent["bot"]
    assert sorted(sent) == sorted([*(f"r{n}" for n in range(12)), *(f"s{n}" for n in range(4)), "t0"])
    held = kept_in(tmp_path)
    assert all(pages._same(held, "bot", question, value) for question, value in sent.items())
    assert not pages._same(held, "bot", "s0", str(float(sent["s0"]) + 1))
    assert not pages._same(held, "nobody", "s0", sent["s0"])


async def walked(root: Path, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """What one walker saw of the flow, hosted here."""
    seen, client = Seen(), httpx2.AsyncClient

    async def pause(questions: int) -> None:
        pass

    async with opened(root, of=flow.study, design=flow.Flow(people=2)) as (_, app):

        def inside(**options: Any) -> httpx2.AsyncClient:
            return client(transport=httpx2.ASGITransport(app=app))

        monkeypatch.setattr(httpx2, "AsyncClient", inside)
        await walk("http://test/?pid=bot&language=en", "bot", seen, named, pause)
    return seen


def test_a_form_is_read_as_a_browser_lists_it() -> None:
    form = Form(
        '<form action="/on"><input type="hidden" name="token" value="x">'
        '<input type="radio" name="consent" value="1"><input type="radio" name="consent" value="0">'
        '<input type="range" name="s"><textarea name="t"></textarea>'
        '<button>Next</button><button name="decision" value="agree">Yes</button></form>'
    )
    assert (form.action, form.hidden, form.buttons) == ("/on", {"token": ["x"]}, [("decision", "agree")])
    assert form.questions == 3
    filled = form.filled("bot", random.Random(1))
    assert filled["consent"] == "1"
    assert 0 <= float(filled["s"]) <= 100
    assert filled["t"].startswith("bot: ")


def test_gaps_are_relative_but_for_variances_and_deviance() -> None:
    mine = {
        "estimate": [1.01, 2.0],
        "se": [0.5],
        "df": [10.0],
        "variances": {"b": 3.0, "a": 1.5},
        "deviance": 9.0,
    }
    other = {
        "estimate": [1.0, 2.0],
        "se": [0.5],
        "df": [],
        "variances": {"a": 1.0, "b": 3.0},
        "deviance": 10.0,
    }
    told = gaps(mine, other)
    assert told == pytest.approx({"estimate": 0.01, "se": 0.0, "variances": 0.5, "deviance": -1.0})


def test_a_spread_names_its_ends() -> None:
    assert spread([3.0, 1.0, 2.0], ".0f") == "2 (1–3)"
    assert spread([3.0], ".0f") == "3"


def test_a_part_renews_its_section_and_leaves_the_others() -> None:
    first, second = (peers.PARTS[part] for part in ("asks", "mixed"))
    page = peers.renewed("", {first: "1", second: "2"}) + "\n## How to read it\n\nSlowly.\n"
    renewed = peers.renewed(page, {second: "3\n\n| a |"})
    assert renewed == f"{peers.TITLE}\n\n{first}\n\n1\n{second}\n\n3\n\n| a |\n## How to read it\n\nSlowly.\n"
