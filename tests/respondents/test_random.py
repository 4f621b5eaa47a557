"""A respondent that answers at random: uniform, and about nothing."""

import asyncio

import numpy as np
import pytest

from homophily import values
from homophily.items import Choice, Number, Option, Text
from homophily.respondents._synthetic.bank import heard
from homophily.respondents.random import Random
from tests.respondents.people import answers, ask, form, mean, population


def test_every_point_and_every_option_is_equally_likely():
    options = (Option("x", "…", "BE"), Option("y", "…", "PO"))
    forms = {
        7: [a.value for a in answers(Random(), [ask(item, None) for item in form(n=7000)])],
        2: [
            a.value
            for a in answers(
                Random(), [ask(Choice(id=f"c/{k}", text="…", options=options), None) for k in range(7000)]
            )
        ],
    }
    for kinds, given in forms.items():
        shares = np.unique(given, return_counts=True)[1] / len(given)
        assert len(shares) == kinds
        assert np.abs(shares - 1 / kinds).max() < 4 * np.sqrt(1 / kinds * (1 - 1 / kinds) / len(given))


def test_numbers_stay_on_the_line_and_words_read_as_recorded():
    items = [Number(id=f"n/{k}", text="…", low=-5, high=5) for k in range(100)]
    for item, answer in zip(items, answers(Random(), [ask(item, None) for item in items]), strict=True):
        assert -5 <= answer.value <= 5
        assert item.read(answer.raw) == answer.value


@pytest.mark.parametrize("language", ["en", "ja"])
def test_words_speak_for_nothing(language):
    asks = [ask(Text(id=f"dialogue/{k}", text="…", language=language), None) for k in range(200)]
    said = {a.value for a in answers(Random(), asks)}
    assert len(said) > 8
    assert all(heard(text, language).phrases and not heard(text, language).value for text in said)


def test_ratings_have_nothing_to_do_with_similarity():
    people = population(800)
    profiles = np.array([list(p.profile.values()) for p in people])
    s = values.similarity.pearson(profiles[::2], profiles[1::2])
    pairs = zip(people[::2], people[1::2], strict=True)
    found = [mean(Random(), form(), one, two, seed=one.id) for one, two in pairs]
    assert abs(np.corrcoef(s, found)[0, 1]) < 3 / np.sqrt(len(s))


def test_answers_follow_the_asks_and_the_settings_seed():
    asks = [ask(item, None) for item in form(n=50)]
    assert answers(Random(), asks) == answers(Random(), asks[::-1])[::-1] != answers(Random(seed=2), asks)
    assert Random(**Random(seed=3).describe()) == Random(seed=3)
    asyncio.run(Random().aclose())
