"""Volunteers: what is planted is found, nulls have nothing, and answers depend on the ask alone."""

import numpy as np
import pytest

from homophily import catalogue
from homophily.errors import UsageError
from homophily.items import Likert, Text
from homophily.lab import rehearse
from homophily.respondents._volunteer.remarks import THEMES, theme_of
from homophily.respondents.volunteer import Volunteer
from tests.respondents.people import answers, ask, population

STUDY = catalogue.get("studies", "teammates")


def ratings(n=60, languages=("en",), **settings):
    design = STUDY.design.model_validate({"participants": n, "languages": languages})
    found = rehearse(STUDY, design, respondents={"volunteer": Volunteer(**settings)})
    return STUDY.tables(found, design)


def within(table, x, y):
    """Slope of y on x with each participant's means taken out."""
    both = table[[x, y]] - table.groupby("participant")[[x, y]].transform("mean")
    return float((both[x] * both[y]).sum() / (both[x] ** 2).sum())


@pytest.fixture(scope="module")
def planted():
    return ratings()


def test_trust_goes_with_felt_similarity_as_planted():
    """Found is what is planted times the reliability of a mean of five items, about .95."""
    found = ratings(100, trust_slope=0.4, relation_sd=0.0, trust_slope_sd=0.0)["ratings"]
    assert within(found, "similarity_rated", "trust") == pytest.approx(0.4 * 0.95, abs=0.03)


def test_similarity_is_felt_as_it_was_designed(planted):
    found = planted["ratings"]
    means = found.groupby("level")["similarity_rated"].mean()
    assert means.is_monotonic_increasing
    assert 0.8 < within(found, "similarity_designed", "similarity_rated") < 1.6


def test_all_else_follows_similarity_or_trust(planted):
    found = planted["ratings"]
    for outcome, sign in (("followed", 1), ("confidence", 1), ("alone", 1), ("rank", -1)):
        assert sign * within(found, "similarity_rated", outcome) > 0.02, outcome


def test_null_volunteers_feel_similarity_but_do_not_trust_by_it():
    found = ratings(120, trust_slope=0.0, follow_slope=0.0)["ratings"]
    assert within(found, "similarity_designed", "similarity_rated") > 0.8
    # Five sds of the slope of noise: sqrt(.25² + .6² / 12) over the sd of similarity, by the root of n.
    spread = found.groupby("participant")["similarity_rated"].std().mean()
    limit = 5 * np.sqrt(0.25**2 + 0.6**2 / 12) / (spread * np.sqrt(480))
    assert abs(within(found, "similarity_rated", "trust")) < limit
    assert abs(within(found, "similarity_rated", "followed")) < 0.05


def test_people_differ_in_values_and_attention_is_paid(planted):
    people = planted["people"]
    assert people["ranking"].nunique() > 50
    assert people["attention"].mean() > 0.9
    assert people["age"].between(18, 70).all()
    assert people["gender"].nunique() > 2


def test_remarks_bear_a_theme_in_both_languages():
    found = ratings(10, languages=("en", "ja"))["open_answers"]
    themes = found["text"].map(theme_of)
    assert set(themes) == set(THEMES)


def test_shares_of_decliners_and_of_missing_answers_are_as_set():
    found = ratings(80, decline=0.5)
    assert 0.3 < len(found["people"]) / 80 < 0.7
    missing = ratings(10, missing_rate=0.1)
    assert missing["open_answers"]["text"].isna().any()


def test_answers_depend_on_the_ask_alone():
    (someone,) = population(1)
    item = Likert(id="trust-agent/01", text="?", measures="trust.risk", low=1, high=5)
    asks = [ask(item, someone, seed=k) for k in range(50)]
    assert [a.value for a in answers(Volunteer(), asks)] == [
        a.value for a in answers(Volunteer(), asks[::-1])
    ][::-1]
    assert len({a.value for a in answers(Volunteer(trust_noise=1.0), asks)}) > 2


def test_a_profile_of_the_seats_own_is_held():
    one, other = population(2)
    item = Likert(id="portraits-21/01", text="?", measures="BE", low=1, high=6)
    held = [
        np.mean([a.value for a in answers(Volunteer(), [ask(item, who, seed=k) for k in range(200)])])
        for who in (one, other)
    ]
    assert held == pytest.approx([one.profile["BE"], other.profile["BE"]], abs=0.2)


def test_it_writes_no_other_language():
    (someone,) = population(1)
    with pytest.raises(UsageError, match="not 'de'"):
        answers(Volunteer(), [ask(Text(id="t", text="?", language="de"), someone)])
