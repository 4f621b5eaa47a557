"""Talks to browse: all or as many as a page carries, in the words said, and nothing that ends the script."""

import json

import pytest

from homophily.report._talks import Talks, talks
from homophily.report._transcripts import sample
from tests.report import fabric


def found(most: int = 100_000, *, seed: int = 1, pairs: int = 20) -> Talks:
    browsed = talks(fabric.answers(pairs), seed=seed, fewest=8, most=most)
    assert browsed is not None
    return browsed


def test_every_session_is_there_with_its_words_and_facts() -> None:
    browsed = found()
    answers = fabric.answers(20)
    index, lines = json.loads(browsed.index), browsed.lines.split("\n")
    assert [row[0] for row in index] == list(answers["session"].unique())
    assert len(lines) == len(index)
    shown = {talk.title: talk for talk in sample(answers, seed=1)}
    for row, line in zip(index, lines, strict=True):
        if talk := shown.get(row[0]):
            told = [(title, [words for _, words in turns]) for title, turns in json.loads(line)]
            assert told == [(part.title, [turn.text for turn in part.turns]) for part in talk.parts]
            assert talk.facts.endswith(row[3])
    assert browsed.text == f"All {len(index)} sessions."


def test_too_many_are_drawn_by_the_seed_within_the_limit() -> None:
    one, again, other = (found(most=200, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one.index != other.index
    words = [words for line in one.lines.split("\n") for _, turns in json.loads(line) for _, words in turns]
    assert 0 < sum(map(len, words)) <= 200
    assert f"{len(json.loads(one.index))} of " in one.text


def test_a_few_sessions_need_no_browser() -> None:
    assert talks(fabric.answers(2), seed=1, fewest=8) is None
    answers = fabric.answers(20)
    assert talks(answers[answers["kind"] != "text"], seed=1, fewest=8) is None


def test_words_cannot_end_the_script() -> None:
    answers = fabric.answers(20)
    said = "</script><script>alert(1)</script>\u2028"
    answers.loc[answers["kind"] == "text", "value"] = said
    browsed = talks(answers, seed=1, fewest=8)
    assert browsed is not None
    assert "<" not in browsed.lines + browsed.index
    assert "\u2028" not in browsed.lines
    assert json.loads(browsed.lines.split("\n")[0])[0][1][0][1] == said


@pytest.mark.parametrize("word", ["http", "fetch(", "XMLHttp", "import(", "innerHTML", "eval"])
def test_the_script_asks_no_network(word: str) -> None:
    assert word not in found().script
