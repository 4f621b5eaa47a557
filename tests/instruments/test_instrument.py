"""Items in a language, and scores."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import instruments
from homophily.errors import UnknownName, UsageError

TRUST = instruments.load("trust")
IDS = [f"trust/{entry.id}" for entry in TRUST.entries]


def test_placeholders_must_fit():
    with pytest.raises(UsageError, match=r"'trust' needs a text for \{partner\}: items\('en', partner='…'\)"):
        TRUST.items("en")
    with pytest.raises(UnknownName, match="no placeholder of instrument 'trust' named 'partnr'"):
        TRUST.items("en", partner="Ann", partnr="Ann")
    with pytest.raises(UnknownName, match="placeholder"):
        instruments.load("choices").items("en", partner="Ann")


def test_a_name_with_braces_is_taken_as_it_is():
    assert "{0} {x}" in TRUST.items("en", partner="{0} {x}")[0].text


def test_an_unknown_language():
    with pytest.raises(UnknownName, match=r"'de'.*en, ja"):
        TRUST.items("de", partner="Ann")


def test_the_instruction_stands_above_the_item():
    first, second = TRUST.items("en", partner="Ann")[0].text.split("\n\n")
    assert first == "Think of Ann. How far do you agree with this statement?"
    assert second.startswith("I could say in advance how Ann")


@given(st.fixed_dictionaries({id_: st.integers(1, 7) | st.none() for id_ in IDS}))
def test_turning_every_answer_turns_every_score(answers):
    scores = TRUST.score(answers)
    turned = TRUST.score({id_: None if answer is None else 8 - answer for id_, answer in answers.items()})
    for scale, score in scores.items():
        assert turned[scale] == pytest.approx(8 - score, nan_ok=True)
        assert math.isnan(score) or 1 <= score <= 7


@given(st.fixed_dictionaries({id_: st.integers(1, 7) for id_ in IDS}))
def test_the_scale_is_the_mean_of_its_facets(answers):
    scores = TRUST.score(answers)
    facets = [score for scale, score in scores.items() if "." in scale]
    assert scores["trust"] == pytest.approx(sum(facets) / 3)


def test_unanswered_is_none_nan_or_left_out():
    half = {"trust/01": 6, "trust/07": 6, "trust/04": None, "trust/10": math.nan, "closeness/01": 1}
    scores = TRUST.score(half)
    assert scores["trust.predictability"] == 6
    assert math.isnan(scores["trust"])
    assert all(math.isnan(score) for score in TRUST.score({}).values())


@pytest.mark.parametrize("answer", [0, 8, 4.5, "4", True, "five"])
def test_an_answer_off_the_scale_is_an_error(answer):
    with pytest.raises(UsageError, match=r"'trust', item '01': answer .* is not on the scale 1–7"):
        TRUST.score({"trust/01": answer})


def test_an_unknown_item_or_option_is_an_error():
    with pytest.raises(UnknownName, match=r"'trust/1'\. Did you mean"):
        TRUST.score({"trust/1": 4})
    with pytest.raises(UsageError, match=r"'choices', item '01': 'UN' is none of its options \(SD, SE\)"):
        instruments.load("choices").score({"choices/01": "UN"})


@given(st.data())
def test_shares_of_opposing_values_add_up_to_one(data):
    choices = instruments.load("choices")
    answers = {
        item.id: data.draw(st.sampled_from([option.id for option in item.options]))
        for item in choices.items("ja")
    }
    scores = choices.score(answers)
    for first, second in [("SD", "SE"), ("ST", "CO"), ("HE", "TR"), ("AC", "BE"), ("PO", "UN")]:
        assert scores[first] + scores[second] == pytest.approx(1)
