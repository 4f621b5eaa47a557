"""The page on reading says what is so."""

import re
from pathlib import Path
from typing import get_args

import pytest

from homophily import reading
from homophily.items import Verdict

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "reading.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^\| `(.+)` \| (\w+) \|$", PAGE, re.MULTILINE)
LABELS = {2: "Not like me", 5: "Like me"}


def outcome(words, labels):
    try:
        return str(reading.point(words, 1, 7, labels))
    except reading.Unreadable as fault:
        return fault.reason


def test_there_are_examples():
    assert len(EXAMPLES) > 25


@pytest.mark.parametrize(("words", "said"), EXAMPLES)
def test_every_example(words, said):
    labels = {5: "似ている"} if "似ている" in words else LABELS
    assert outcome(words, labels) == said


VERDICTS = re.findall(r"^\| `(.+)` \| (\w+) \| `(.*)` \|$", PAGE, re.MULTILINE)


def test_there_are_examples_of_verdicts():
    assert len(VERDICTS) > 12


@pytest.mark.parametrize(("words", "said", "left"), VERDICTS)
def test_every_example_of_a_verdict(words, said, left):
    item = Verdict(id="verdict/x", text="", agent="Agent 1")
    try:
        found = item.read(words)
    except reading.Unreadable as fault:
        found = fault.reason
    assert (found, item.explanation(words)) == (said, left)


def test_every_reason_is_explained():
    explained = re.findall(r"^\| `(\w+)` \| [A-Z]", PAGE, re.MULTILINE)
    assert sorted(explained) == sorted(get_args(reading.Reason))
