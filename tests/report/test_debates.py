"""Debates to browse: all of them or all on some dilemmas, whole, and nothing that could end the script."""

from __future__ import annotations

import json

import pytest

from homophily.report._debates import Browser, browser
from tests.studies.debating import rehearsed


@pytest.fixture(scope="module")
def tables():
    return rehearsed(3, judged=True, panels__sizes=[2, 3], languages=["en", "ja"])[3]


def texts(found: Browser) -> list:
    return [json.loads(line) for line in found.lines.split("\n")]


def test_every_debate_is_there_with_every_word(tables) -> None:
    found = browser(tables, seed=1)
    assert found is not None
    index = json.loads(found.index)
    lines = texts(found)
    assert len(index["debates"]) == len(tables["debates"])
    assert len(lines) == len(index["debates"]) + len(index["dilemmas"])
    shown = {
        (row[3], row[2], row[5], f"{row[0]}/{row[1]}"): (row, said)
        for row, said in zip(index["debates"], lines[: len(index["debates"])], strict=True)
    }
    voiced = tables["labels"].groupby(["session", "round", "position"]).size()
    for session, replies in tables["verdicts"].groupby("session"):
        first = replies.iloc[0]
        row, said = shown[first["experiment"], first["language"], first["goal"], first["debate"]]
        assert [words for words, _ in said] == replies["text"].tolist()
        verdicts = [verdict for given in row[9] for verdict in given]
        expected = [v or f"?{m}" for v, m in zip(replies["verdict"], replies["missing"], strict=True)]
        assert verdicts == expected
        assert [index["models"][place] for place in row[8]] == replies.query("round == 1")["model"].tolist()
        counts = [
            voiced.get((session, r, p), 0) for r, p in zip(replies["round"], replies["position"], strict=True)
        ]
        assert [len(values.split(", ")) if values else 0 for _, values in said] == counts
    assert "All " in found.text


def test_dilemmas_can_be_read_beside_them(tables) -> None:
    found = browser(tables, seed=1)
    assert found is not None
    index, told = json.loads(found.index), tables["dilemmas"]
    assert len(index["dilemmas"]) == len(told) == 2 * 6
    for (key, title), text in zip(index["dilemmas"], texts(found)[len(index["debates"]) :], strict=True):
        language, dilemma = key.split("/")
        row = told[(told["language"] == language) & (told["dilemma"] == dilemma)].iloc[0]
        assert (title, text) == (row["title"], row["text"])


def test_too_many_are_all_on_some_dilemmas_drawn_by_the_seed(tables) -> None:
    size = int(tables["verdicts"]["text"].str.len().sum())
    one, again, other = (browser(tables, seed=seed, most=size // 2) for seed in (1, 1, 5))
    assert one is not None
    assert other is not None
    assert one == again
    index = json.loads(one.index)
    per = {}
    for row in index["debates"]:
        per[row[0]] = per.get(row[0], 0) + 1
    assert 1 <= len(per) < 6
    assert set(per.values()) == {len(tables["debates"]) // 6}
    assert f"of {len(tables['debates']):,} debates: all on {len(per)} of 6 dilemmas" in one.text
    assert other.index != one.index
    assert sum(len(words) for said in texts(one)[: len(index["debates"])] for words, _ in said) <= size // 2


def test_words_cannot_end_the_script(tables) -> None:
    verdicts = tables["verdicts"].assign(text="</script><script>alert(1)</script>\u2028 & <b>")
    found = browser({**tables, "verdicts": verdicts}, seed=1)
    assert found is not None
    assert "<" not in found.lines
    assert "<" not in found.index
    assert "\u2028" not in found.lines
    assert texts(found)[0][0][0] == "</script><script>alert(1)</script>\u2028 & <b>"


def test_other_studies_have_none() -> None:
    assert browser({}, seed=1) is None


def test_the_script_asks_no_network(tables) -> None:
    found = browser(tables, seed=1)
    assert found is not None
    assert not any(
        word in found.script for word in ("http", "fetch(", "XMLHttp", "import(", "innerHTML", "eval")
    )


def test_of_one_dilemma_with_more_than_fits_debates_are_drawn(tables) -> None:
    name = tables["debates"]["dilemma"].iloc[0]
    few = {key: tables[key][tables[key]["dilemma"] == name] for key in ("debates", "verdicts")}
    size = int(few["verdicts"]["text"].str.len().sum())
    one, again = (browser(few, seed=1, most=size // 2) for _ in range(2))
    assert one is not None
    assert one == again
    shown = len(json.loads(one.index)["debates"])
    assert 0 < shown < len(few["debates"])
    assert one.text.startswith(f"{shown} of {len(few['debates'])} debates: on 1 of 1 dilemmas")
    assert sum(len(json.dumps(line)) for line in one.lines.splitlines()[:shown]) < 2 * size
