"""A participant's ranking: by score, then by the person's own order, with what decided recorded."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import instruments, values
from homophily.studies.teammates.ranked import ranked, unscored
from homophily.values import CODES
from homophily.values.ranking import order

FORM = instruments.load("portraits-21")
ANSWERS = st.lists(st.integers(1, 6), min_size=21, max_size=21)


def given_by(points):
    return {f"portraits-21/{entry.id}": point for entry, point in zip(FORM.entries, points, strict=True)}


@given(ANSWERS, st.permutations(CODES))
def test_scores_come_first_and_the_own_order_decides_ties(points, own):
    answers = given_by(points)
    scores = FORM.score(answers)
    found = ranked(answers, FORM, own)
    assert sorted(found.codes) == sorted(CODES)
    for above, below in pairwise(found.codes):
        assert scores[above] >= scores[below] - 1e-9
        tied = abs(scores[above] - scores[below]) < 1e-9
        assert tied == (f"{above}={below}:confirmed" in found.ties)
        if tied:
            assert own.index(above) < own.index(below)


@given(ANSWERS)
def test_without_an_own_order_the_laboratorys_rule_decides(points):
    answers = given_by(points)
    scores = FORM.score(answers)
    raw = np.array([[scores[code] for code in CODES]])
    places, _ = order(raw, values.centre(raw, [3 if code == "UN" else 2 for code in CODES]))
    found = ranked(answers, FORM)
    assert found.codes == tuple(CODES[place] for place in places[0])
    assert {tie.partition(":")[2] for tie in found.ties} <= {"raw", "higher", "circle"}


def test_a_flat_questionnaire_falls_back_on_the_circle():
    found = ranked(given_by([4] * 21), FORM)
    assert found.codes == CODES
    assert len(found.ties) == 9
    assert {tie.rpartition(":")[2] for tie in found.ties} == {"circle"}


def test_the_own_order_can_stand_in_place_of_the_scores():
    points = [1 + place % 6 for place in range(21)]
    found = ranked(given_by(points), FORM, CODES[::-1], replaces=True)
    assert (found.codes, found.ties) == (CODES[::-1], ())


def test_what_cannot_be_scored_is_named():
    answers = given_by([3] * 21) | {"portraits-21/01": None, "portraits-21/11": None, "portraits-21/12": None}
    assert unscored(answers, FORM) == ("SD",)
    assert unscored({}, FORM) == CODES


@pytest.mark.parametrize("own", [(), CODES])
def test_one_value_above_all_is_first(own):
    points = [6 if entry.measures == "TR" else 2 for entry in FORM.entries]
    assert ranked(given_by(points), FORM, own).codes[0] == "TR"
