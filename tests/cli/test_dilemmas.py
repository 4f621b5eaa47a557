"""Dilemmas on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from homophily.dilemmas import shipped
from tests.cli.conftest import Shell

LONG = "I told my neighbour that his dog may not dig in my garden any more. " * 6


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    path = tmp_path / "posts.csv"
    path.write_text(
        f"id,selftext,YTA,NTA,ESH,NAH,INFO\na,{LONG},5,5,0,0,0\nb,{LONG},1,1,1,1,1\nc,short,1,1,1,1,1\n",
        encoding="utf-8",
    )
    return path


def test_the_shipped_ones_are_listed(call: Shell) -> None:
    done = call("dilemmas", "list", "--json")
    assert [each["id"] for each in json.loads(done.stdout)] == [dilemma.id for dilemma in shipped()]
    table = call("dilemmas", "list", "--invites", "INFO", "--language", "ja").stdout
    assert table.count("INFO") == sum(dilemma.invites == "INFO" for dilemma in shipped())
    assert "くるみの木" in table


def test_one_is_shown_in_either_language(call: Shell) -> None:
    dilemma = shipped()[0]
    for language in ("en", "ja"):
        shown = call("dilemmas", "show", dilemma.id, "--language", language).stdout
        assert dilemma.title[language] in shown
        assert dilemma.text[language][:30] in shown.replace("\n", " ") or language == "ja"
    assert json.loads(call("dilemmas", "show", dilemma.id, "--json").stdout)["invites"] == dilemma.invites


def test_a_wrong_name_suggests_the_right_one(call: Shell) -> None:
    done = call("dilemmas", "show", "famly-diary")
    assert done.returncode == 2
    assert "Did you mean 'family-diary'" in done.stderr
    assert "Did you mean 'NAH'" in call("dilemmas", "list", "--invites", "NAHH").stderr


def test_a_file_is_checked(call: Shell, posts: Path) -> None:
    done = call("dilemmas", "validate", str(posts), "--json")
    told = json.loads(done.stdout)
    assert (told["kept"], told["with votes"]) == (2, 2)
    assert told["left out"] == {"300 characters or fewer": 1}
    assert told["columns"]["text"] == "selftext"
    assert "left out 1: 300 characters or fewer" in call("dilemmas", "validate", str(posts)).stderr
    assert json.loads(call("dilemmas", "validate", str(posts), "--raw", "--json").stdout)["kept"] == 3
    rule = call("dilemmas", "validate", str(posts), "--rule", "above_characters=4", "--json")
    assert json.loads(rule.stdout)["kept"] == 3


def test_a_bad_row_stops_the_command_unless_skipped(call: Shell, posts: Path) -> None:
    with posts.open("a", encoding="utf-8") as file:
        file.write(f"d,{LONG},many,0,0,0,0\n")
    done = call("dilemmas", "validate", str(posts))
    assert done.returncode == 3
    assert f"{posts}, line 5: 'many' is no number of votes" in done.stderr
    skipped = call("dilemmas", "validate", str(posts), "--skip-bad")
    assert skipped.returncode == 0
    assert "skipped 1 in all" in skipped.stderr


def test_ranking_puts_the_most_disputed_first(call: Shell, posts: Path) -> None:
    rows = json.loads(call("dilemmas", "rank", str(posts), "--json").stdout)
    assert [(row["id"], row["entropy"]) for row in rows] == [("b", 2.3219), ("a", 1.0)]
    few = json.loads(call("dilemmas", "rank", str(posts), "--min-votes", "6", "--json").stdout)
    assert [row["id"] for row in few] == ["a"]
    shown = call("dilemmas", "rank", str(posts), "--top", "1")
    assert "2.3219" in shown.stdout
    assert "2 of 2 dilemmas could be ranked" in shown.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rank", "posts.csv", "--min-votes", "99"), "nothing to rank by count"),
        (("rank", "nowhere.csv"), "there is no file 'nowhere.csv'"),
        (("validate", "posts.csv", "-c", "text"), "write it as text=selftext"),
        (("validate", "posts.csv", "-c", "text=storey"), "no column named 'storey'"),
        (("validate", "posts.csv", "--rule", "edit=keep"), "Did you mean 'edits'"),
        (("validate", "posts.csv", "--rule", "edits=all"), "--rule edits"),
        (("validate", "posts.csv", "--verdict", "1=YTX"), "no verdict named 'YTX'"),
        (("rank", "posts.csv", "--weight", "votes"), "homophily dilemmas rank --help"),
    ],
)
def test_wrong_words_are_told_in_one_line(
    call: Shell, posts: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = call("dilemmas", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["list", "show", "validate", "rank"])
def test_every_command_explains_itself_with_examples(call: Shell, command: str) -> None:
    done = call("dilemmas", command, "--help")
    assert f"homophily dilemmas {command}" in done.stdout.split("Examples:")[1]
