"""A respondent without opinions: the middle, or a fair coin."""

import asyncio

import numpy as np
import pytest

from homophily.items import Choice, Likert, Number, Option, Text
from homophily.respondents._synthetic.bank import heard
from homophily.respondents.midpoint import Midpoint
from tests.respondents.people import answers, ask


def values_of(items):
    return [a.value for a in answers(Midpoint(), [ask(item, None) for item in items])]


def test_the_middle_of_a_scale():
    assert values_of([Likert(id="a", text="…"), Likert(id="b", text="…", low=-2, high=2)]) == [4, 0]
    assert values_of([Number(id="c", text="…"), Number(id="d", text="…", low=0, high=5)]) == [50, 2.5]


@pytest.mark.parametrize(
    ("items", "sides"),
    [
        ([Likert(id=f"p/{k}", text="…", high=6) for k in range(2000)], {3, 4}),
        (
            [
                Choice(id=f"c/{k}", text="…", options=(Option("x", "Stay"), Option("y", "Go")))
                for k in range(2000)
            ],
            {"x", "y"},
        ),
    ],
)
def test_where_there_is_no_middle_a_fair_coin_decides(items, sides):
    found, counts = np.unique(values_of(items), return_counts=True)
    assert set(found.tolist()) == sides
    assert abs(counts[0] - 1000) < 4 * np.sqrt(500)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_words_speak_for_nothing(language):
    said = values_of([Text(id=f"dialogue/{k}", text="…", language=language) for k in range(50)])
    assert all(heard(text, language).phrases and not heard(text, language).value for text in said)


def test_settings_survive_their_record():
    assert Midpoint(**Midpoint(seed=3).describe()) == Midpoint(seed=3)
    asyncio.run(Midpoint().aclose())
