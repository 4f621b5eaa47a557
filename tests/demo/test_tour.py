"""The tour: what was stopped goes on, what is lacking says why, and the index tells it all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from homophily.demo import Check, Part, tour
from homophily.errors import UnknownName


class Plays:
    """Small parts that count how often they are played; the second can be made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.played = folder, list[str]()
        self.fault: BaseException | None = None

    def part(self, name: str) -> Callable[..., Part]:
        def play(folder: Path, **given: Any) -> Part:
            self.played.append(name)
            if name == "second" and self.fault is not None:
                raise self.fault
            report = folder / f"{name}.html"
            report.write_text("told", encoding="utf-8")
            checks = (
                Check(what="Slope", planted="1.20", found="1.29 [1.03, 1.56]", agrees=True),
                Check(what="Level", planted="0.00", found="0.40 [0.10, 0.70]", agrees=False),
                Check(what="Cost", planted="", found="0.22 [0.04, 0.45]", agrees=None),
            )
            known = {"planted": "Known.", "found": f"Found of {name}."}
            return Part(name=name, title=name.title(), report=report, checks=checks, **known)

        return play


@pytest.fixture
def plays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plays]:
    made = Plays(tmp_path)
    parts = {name: (name.title(), made.part(name)) for name in ("first", "second", "third")}
    monkeypatch.setattr(sys.modules["homophily.demo.tour"], "PARTS", parts)
    return made


def index(plays: Plays) -> str:
    return (plays.folder / "index.html").read_text(encoding="utf-8")


def test_a_tour_that_was_stopped_goes_on_and_one_that_ended_begins_anew(plays: Plays) -> None:
    plays.fault = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        list(tour(plays.folder))
    assert plays.played == ["first", "second"]
    assert "Found of first." in index(plays)
    assert index(plays).count("the same command goes on") == 2
    plays.fault = None
    assert [part.name for part in tour(plays.folder)] == ["first", "second", "third"]
    assert plays.played == ["first", "second", "second", "third"]
    assert "the same command goes on" not in index(plays)
    list(tour(plays.folder))
    assert plays.played[4:] == ["first", "second", "third"]


@pytest.mark.parametrize("other", [{"seed": 5}, {"quick": True}, {"only": ["first", "second"]}])
def test_another_command_plays_everything_of_its_own(plays: Plays, other: dict[str, Any]) -> None:
    plays.fault = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        list(tour(plays.folder))
    plays.fault, plays.played = None, []
    list(tour(plays.folder, **other))
    assert plays.played[:2] == ["first", "second"]


def test_a_part_whose_report_is_gone_is_played_again(plays: Plays) -> None:
    plays.fault = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        list(tour(plays.folder))
    (plays.folder / "first.html").unlink()
    plays.fault, plays.played = None, []
    list(tour(plays.folder))
    assert plays.played == ["first", "second", "third"]


def test_a_damaged_journal_costs_time_and_nothing_else(plays: Plays) -> None:
    list(tour(plays.folder))
    (plays.folder / "demo.json").write_text('{"parts": {"first": {"name": 3}}, "tour"', encoding="utf-8")
    assert len(list(tour(plays.folder))) == 3


def test_the_index_tells_at_a_glance_what_was_planted_and_found(plays: Plays) -> None:
    list(tour(plays.folder))
    page = index(plays)
    assert "3 of 6 things planted were found again" in page
    assert page.count("1.29 [1.03, 1.56]<br>") == 3  # the first check of each part
    assert page.count('<span class="yes">as planted</span>') == 3
    assert '<a href="second.html">The whole report</a>' in page


def test_one_part_alone_leaves_the_others_of_the_folder_on_the_index(plays: Plays) -> None:
    list(tour(plays.folder))
    assert [part.name for part in tour(plays.folder, only=["third"])] == ["third"]
    assert plays.played == ["first", "second", "third", "third"]
    assert "Found of first." in index(plays)


def test_what_is_not_installed_is_said_and_the_rest_is_shown(plays: Plays) -> None:
    plays.fault = ModuleNotFoundError("no", name="starlette")
    parts = list(tour(plays.folder))
    assert [bool(part.lacking) for part in parts] == [False, True, False]
    assert "needs starlette" in parts[1].lacking
    assert "pip install &#39;homophily[local,serve]&#39;" in index(plays)
    plays.fault = None
    list(tour(plays.folder))
    assert "needs starlette" not in index(plays)


def test_an_unknown_part_names_those_there_are(plays: Plays) -> None:
    with pytest.raises(UnknownName, match="first, second, third"):
        list(tour(plays.folder, only=["forth"]))
    assert not (plays.folder / "demo.json").exists()
