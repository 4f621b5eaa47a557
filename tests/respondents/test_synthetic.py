"""A respondent whose truth is known: every planted parameter is found again."""

import asyncio
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError

from homophily import values
from homophily.asks import Message, Persona
from homophily.errors import UsageError
from homophily.items import Choice, Likert, Number, Option, Text
from homophily.respondents.synthetic import Synthetic
from homophily.values import CODES
from tests.respondents.people import answers, ask, form, mean, population, talk

SILENT = dict.fromkeys(("actor_sd", "partner_sd", "pair_sd", "direction_sd", "noise_sd"), 0) | {
    "language_shift": {}
}
MIDDLE = {"intercept": 4.0, "similarity_slope": 0.0}


def ratings(respondent, measures="trust.faith", language="en", n=400):
    """Similarity, the partner's centred values and the mean rating of `n` unconnected directed pairs."""
    people = population(2 * n)
    items = form(measures, language=language)
    pairs = list(zip(people[::2], people[1::2], strict=True))
    profiles = np.array([list(p.profile.values()) for p in people])
    found = np.array([mean(respondent, items, one, other, seed=one.id) for one, other in pairs])
    return values.similarity.pearson(profiles[::2], profiles[1::2]), values.centre(profiles[1::2]), found


def regress(y, *columns):
    """Least-squares estimates with their standard errors, intercept first."""
    x = np.column_stack([np.ones(len(y)), *columns])
    estimates = np.linalg.lstsq(x, y, rcond=None)[0]
    residual = y - x @ estimates
    variance = residual @ residual / (len(y) - x.shape[1])
    return estimates, np.sqrt(variance * np.diag(np.linalg.inv(x.T @ x)))


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("measures", "planted"), [("trust.faith", 1.2), ("closeness", 0.6), ("felt", 0.0)])
def test_a_slope_of_similarity_is_found_again(measures, planted, language):
    respondent = Synthetic(
        seed=2,
        similarity_slope={"trust": 1.0, "closeness": 0.4},
        language_slope={"en": 0.2, "ja": 0.2} if planted else {},
    )
    s, _, y = ratings(respondent, measures, language)
    estimates, errors = regress(y, s)
    assert abs(estimates[1] - planted) < 3 * errors[1]
    intercept = {"trust.faith": 3.9, "closeness": 3.5, "felt": 4.0}[measures] - (language == "ja") * 0.2
    assert abs(estimates[0] - intercept) < 3 * errors[0]


def test_a_liking_for_the_partners_values_is_not_similarity():
    s, partner, y = ratings(Synthetic(similarity_slope=0, partner_values={"BE": 0.4}, intercept=3.8))
    estimates, errors = regress(y, s, partner[:, CODES.index("BE")])
    assert abs(estimates[1]) < 3 * errors[1]
    assert abs(estimates[2] - 0.4) < 3 * errors[2]


def line(measures="trust"):
    """A rating without rounding, so that different people never agree by chance."""
    return [Number(id="line", text="…", measures=measures, low=1, high=7)]


def test_effects_sit_where_they_belong():
    one, two, three = population(3)
    items = line()

    def rated(**sds):
        respondent = Synthetic(**{**SILENT, **MIDDLE, **sds})
        pairs = {"12": (one, two), "21": (two, one), "13": (one, three), "32": (three, two)}
        return {name: mean(respondent, items, *pair) for name, pair in pairs.items()}

    actor, partner = rated(actor_sd=1), rated(partner_sd=1)
    assert actor["12"] == actor["13"] != actor["21"]
    assert partner["12"] == partner["32"] != partner["13"]
    pair, direction = rated(pair_sd=1), rated(direction_sd=1)
    assert pair["12"] == pair["21"] != pair["13"]
    assert direction["12"] != direction["21"]
    assert set(rated().values()) == {4.0}


@pytest.mark.parametrize("effect", ["actor_sd", "partner_sd", "pair_sd", "direction_sd"])
def test_an_effect_has_its_standard_deviation(effect):
    respondent = Synthetic(**{**SILENT, **MIDDLE, effect: 0.8})
    _, _, y = ratings(respondent)
    assert 0.75 < np.std(y) < 0.95  # rounding adds 1/12 to the variance, here to all items alike: .85


def test_effects_differ_between_outcomes_but_not_between_languages():
    one, two = population(2)
    respondent = Synthetic(**{**SILENT, **MIDDLE, "actor_sd": 1})
    outcomes = ("trust", "closeness", "circles")
    trust, closeness, circles = (mean(respondent, line(outcome), one, two) for outcome in outcomes)
    assert trust != closeness == circles
    assert trust == mean(respondent, [replace(line()[0], language="ja")], one, two)


def test_agents_of_another_seed_or_with_other_values_are_other_people():
    one, two = population(2)
    other = replace(one, profile=two.profile)
    settings = {**SILENT, **MIDDLE, "actor_sd": 1}
    respondent = Synthetic(**settings)
    found = mean(respondent, line(), one, two)
    assert found != mean(respondent, line(), other, two)
    assert found != mean(Synthetic(**settings, seed=2), line(), one, two)


@pytest.mark.parametrize("stability", [0.0, 0.5, 1.0])
def test_noise_comes_back_in_the_share_that_is_stable(stability):
    respondent = Synthetic(**{**SILENT, **MIDDLE, "noise_sd": 1.0, "stability": stability})
    items = form(n=800)
    one, two = population(2)
    first, again = (
        [a.value for a in answers(respondent, [ask(item, one, two, seed=seed) for item in items])]
        for seed in (1, 2)
    )
    r = np.corrcoef(first, again)[0, 1]
    assert abs(r - stability * 0.93) < 0.11  # rounding to whole points costs some seven per cent


def test_nobody_is_like_a_stranger():
    one = population(1)[0]
    respondent = Synthetic(**{**SILENT, "partner_values": {"BE": 1.0}, "intercept": 4.0})
    (item,) = form(n=1)
    met = ask(item, one, replace(one, id="twin", name="T"))
    unmet, spoken_alone = replace(met, history=()), replace(met, history=(Message("a", one.name, "Hello?"),))
    assert [a.value for a in answers(respondent, [met, unmet, spoken_alone])] == [6, 4, 4]


def test_a_partner_without_a_profile_is_not_known_by_it():
    one = population(1)[0]
    respondent = Synthetic(**{**SILENT, "intercept": 4.0, "similarity_slope": 3.0})
    (item,) = form(n=1)
    assert answers(respondent, [ask(item, one, Persona(id="human", name="H"))])[0].value == 4


def test_the_scale_is_stretched_turned_and_never_left():
    one, two = population(2)
    respondent = Synthetic(**{**SILENT, "similarity_slope": 0, "intercept": 5.5})
    items = [
        Likert(id="a", text="…", measures="trust", low=0, high=10),
        Likert(id="b", text="…", measures="trust", low=1, high=7, reverse=True),
        Number(id="c", text="…", measures="trust", low=0, high=100),
    ]
    assert [a.value for a in answers(respondent, [ask(i, one, two) for i in items])] == [8, 3, 75.0]
    for intercept, end in ((50, 7), (-50, 1)):
        extreme = Synthetic(intercept=intercept)
        given = answers(extreme, [ask(i, one, two) for i in form("trust")])
        assert {a.value for a in given} == {end, 8 - end}


def test_stated_values_follow_the_profile_by_the_slope():
    respondent = Synthetic(values_slope={"en": 0.8, "ja": 0.4})
    people = population(150, generator="uniform")
    target = values.centre(np.array([list(p.profile.values()) for p in people]))
    for language, slope in (("en", 0.8), ("ja", 0.4)):
        raw = np.array(
            [[mean(respondent, portraits(code, language), p, seed=p.id) for code in CODES] for p in people]
        )
        stated = values.centre(raw)
        estimates, errors = regress(stated.ravel(), target.ravel())
        assert abs(estimates[1] - slope) < 0.04  # clipping at 1 and 6 takes up to .03
        assert abs(estimates[0]) < 3 * errors[0] + 0.02


def portraits(code, language="en"):
    return [Likert(id=f"p/{code}/{k}", text="…", language=language, measures=code, high=6) for k in range(3)]


def test_without_a_profile_a_respondent_states_its_own_values():
    respondent = Synthetic(values_slope=1.0)
    nobody = [Persona(id=f"agent-{n}", name="N") for n in range(40)]
    stated = np.array([[mean(respondent, portraits(code), p, seed=p.id) for code in CODES] for p in nobody])
    own = list(respondent.own_values.values())
    assert np.abs(stated.mean(axis=0) - own).max() < 0.25
    assert (answers(respondent, [ask(portraits("BE")[0], None)])[0].value or 0) >= 4


def test_choices_are_logistic_in_the_difference_of_values():
    respondent = Synthetic(consistency=1.5)
    options = (Option("calm", "…", "SE"), Option("wild", "…", "ST"))
    for difference in (-1.0, 0.0, 0.5):
        person = Persona(id="x", name="X", profile=dict.fromkeys(CODES, 3.0) | {"ST": 3.0 + difference})
        asks = [ask(Choice(id=f"c/{n}", text="…", options=options), person) for n in range(2000)]
        share = np.mean([a.value == "wild" for a in answers(respondent, asks)])
        expected = 1 / (1 + np.exp(-1.5 * difference))
        assert abs(share - expected) < 3.5 * np.sqrt(expected * (1 - expected) / 2000)


def test_the_order_of_options_changes_nothing():
    person = population(1)[0]
    options = tuple(Option(code, "…", code) for code in ("SD", "SE", "PO"))
    for n in range(50):
        shown = [Choice(id=f"c/{n}", text="…", options=way) for way in (options, options[::-1])]
        assert len({a.value for a in answers(Synthetic(), [ask(item, person) for item in shown])}) == 1


def test_what_is_answered_reads_as_what_is_recorded():
    one, two = population(2)
    items = [
        *form(n=3),
        *portraits("HE"),
        Number(id="n", text="…", measures="trust"),
        Choice(id="c", text="…", options=(Option("x", "Stay", "SE"), Option("y", "Go", "ST"))),
        Text(id="dialogue/weekend", text="…"),
    ]
    for item, answer in zip(items, answers(Synthetic(), [ask(i, one, two) for i in items]), strict=True):
        assert item.read(answer.raw) == answer.value
        assert answer.record["model"] == "synthetic"


def test_answers_do_not_depend_on_the_order_of_asking():
    people = population(4)
    asks = [ask(item, one, two) for item in form() for one in people for two in people if one is not two]
    forward = answers(Synthetic(), asks)
    assert forward == answers(Synthetic(), reversed(asks))[::-1]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_some_asks_go_unanswered_with_their_reasons(language):
    respondent = Synthetic(missing_rate=0.2)
    one, two = population(2)
    given = answers(respondent, [ask(item, one, two) for item in form(n=1500, language=language)])
    reasons = Counter(answer.missing for answer in given)
    assert abs(1 - reasons[None] / 1500 - 0.2) < 3.5 * np.sqrt(0.2 * 0.8 / 1500)
    assert set(reasons) == {None, "refusal", "empty", "unreadable"}
    texts = [Text(id=f"dialogue/{n}", text="…", language=language) for n in range(300)]
    spoken = answers(respondent, [ask(text, one) for text in texts])
    assert {answer.missing for answer in spoken} == {None, "refusal", "empty"}


def test_by_dialogue_a_partner_is_what_it_says():
    saint = Persona(id="1", name="Kim", profile=dict.fromkeys(CODES, 2.5) | {"BE": 6.0, "UN": 6.0})
    boss = Persona(id="2", name="Lee", profile=dict.fromkeys(CODES, 2.5) | {"PO": 6.0, "AC": 6.0})
    words = talk(Synthetic(), boss, saint)
    rated = replace(ask(form(n=1)[0], saint, boss), history=tuple(replace(m, name="Lee") for m in words))
    posing = replace(rated, seat="a")  # the saint's words, in the boss's mouth
    settings = {**SILENT, "intercept": 4.0, "similarity_slope": 3.0}
    by_words = answers(Synthetic(**settings, perception="dialogue"), [posing])[0].value
    by_profile = answers(Synthetic(**settings), [posing])[0].value
    assert by_words >= 6
    assert by_profile <= 3


def test_settings_survive_their_record():
    respondent = Synthetic(similarity_slope={"trust": 0.3}, perception="dialogue")
    assert Synthetic(**respondent.describe()) == respondent
    asyncio.run(respondent.aclose())


@pytest.mark.parametrize(
    "settings",
    [
        {"partner_values": {"XX": 1}},
        {"own_values": {"BE": 5}},
        {"stability": 2},
        {"noise_sd": -1},
        {"slope": 1},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings):
    with pytest.raises(ValidationError):
        Synthetic(**settings)


def test_what_cannot_be_answered_says_so():
    one, two = population(2)
    with pytest.raises(UsageError, match="speak en and ja, not 'fr'"):
        answers(Synthetic(), [ask(form(language="fr")[0], one, two)])
    lacking = replace(one, profile={code: 3.0 for code in CODES if code != "UN"})
    with pytest.raises(UsageError, match="lacks 'UN'"):
        answers(Synthetic(), [ask(form()[0], lacking, two)])
