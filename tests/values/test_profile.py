import copy
import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import values
from homophily.errors import DataError, UnknownName, UsageError
from homophily.values import CODES, Profile, keys
from tests.values import strategies

WEIGHTS = np.array([2.0] * 9 + [3.0])
SOMEONE = (4.5, 3.0, 3.0, 2.0, 1.5, 4.0, 3.0, 4.0, 5.5, 5.0)


def test_a_profile_reads_sequences_and_mappings_alike() -> None:
    by_code = Profile(dict(reversed(list(zip(CODES, SOMEONE, strict=True)))))
    assert by_code == Profile(SOMEONE) == Profile(np.array(SOMEONE))
    assert hash(by_code) == hash(Profile(SOMEONE))
    assert by_code.as_dict() == dict(zip(CODES, SOMEONE, strict=True))


def test_centring_takes_the_mean_of_all_items_not_of_the_ten_values() -> None:
    profile = Profile(SOMEONE)
    assert profile.mrat == pytest.approx((2 * sum(SOMEONE[:9]) + 3 * SOMEONE[9]) / 21)
    assert profile.centred @ WEIGHTS == pytest.approx(0)
    assert profile.centred.sum() != pytest.approx(0)


def test_a_given_mrat_is_used() -> None:
    assert Profile(SOMEONE, mrat=3.0).centred == pytest.approx(np.array(SOMEONE) - 3.0)


@given(strategies.raw, st.floats(-3, 3))
def test_centring_is_idempotent_and_forgets_the_level(raw: np.ndarray, level: float) -> None:
    centred = values.centre(raw)
    assert values.centre(centred) == pytest.approx(centred)
    assert values.centre(raw + level) == pytest.approx(centred)
    assert centred @ WEIGHTS == pytest.approx(0, abs=1e-9)


@given(strategies.answers)
def test_mrat_of_scores_is_the_mean_of_the_items(answers: np.ndarray) -> None:
    raw = values.score_items(answers[None], keys.PVQ21, max_identical=21).raw
    assert values.mrat(raw) == pytest.approx(answers.mean())


def test_weights_of_another_questionnaire_can_be_given() -> None:
    assert values.mrat(SOMEONE, np.ones(10)) == pytest.approx(np.mean(SOMEONE))


def test_a_profile_cannot_be_changed() -> None:
    profile = Profile(SOMEONE)
    with pytest.raises(AttributeError):
        profile.mrat = 2.0  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        profile.raw[0] = 1.0


def test_a_profile_travels_between_processes() -> None:
    profile = Profile(SOMEONE, mrat=3.2)
    assert pickle.loads(pickle.dumps(profile)) == copy.copy(profile) == profile


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ([1, 2, 3], "ten finite numbers"),
        ([1.0] * 9 + [float("inf")], "ten finite numbers"),
        (["high"] * 10, "ten numbers"),
        ({"SD": 1}, "has the values SD"),
        (dict.fromkeys((*CODES[:9], "XX"), 1.0), "XX"),
    ],
)
def test_what_is_no_profile_is_refused(scores: object, said: str) -> None:
    with pytest.raises(DataError, match=said):
        Profile(scores)  # type: ignore[arg-type]


def test_ranking_says_what_decided_each_tie() -> None:
    ranking = Profile(SOMEONE).ranking()
    assert ranking.codes == ("BE", "UN", "SD", "SE", "TR", "CO", "ST", "HE", "AC", "PO")
    assert [(tie.above, tie.below, tie.step) for tie in ranking.ties] == [
        ("SE", "TR", "circle"),
        ("CO", "ST", "higher"),
        ("ST", "HE", "circle"),
    ]
    assert ranking.rank("BE") == 1
    assert ranking.rank("PO") == 10


def test_where_hedonism_is_counted_can_decide_a_tie() -> None:
    raw = dict(zip(CODES, (2.0, 2.0, 4.0, 6.0, 6.0, 1.0, 4.0, 1.0, 1.0, 1.0), strict=True))
    as_openness = Profile(raw).ranking()
    assert as_openness.rank("HE") < as_openness.rank("CO")
    assert Profile(raw).ranking(hedonism="enhancement").rank("HE") == 3
    raw |= {"SD": 1.0, "ST": 1.0, "SE": 2.5, "TR": 2.5}
    assert Profile(raw).ranking().rank("HE") == 4
    assert Profile(raw).ranking(hedonism="enhancement").rank("HE") == 3


def test_a_shorter_rule_can_be_stated() -> None:
    ranking = Profile(SOMEONE).ranking(ties=("centred", "circle"))
    assert ranking.codes.index("ST") < ranking.codes.index("HE") < ranking.codes.index("CO")
    assert {tie.step for tie in ranking.ties} == {"circle"}


def test_a_rule_that_can_leave_ties_is_refused() -> None:
    with pytest.raises(UsageError, match="end it with 'circle'"):
        Profile(SOMEONE).ranking(ties=("centred",))
    with pytest.raises(UnknownName, match="step of a tie rule"):
        Profile(SOMEONE).ranking(ties=("centered", "circle"))  # type: ignore[arg-type]


def test_an_incomplete_profile_is_not_ranked() -> None:
    with pytest.raises(DataError, match="no score for PO"):
        Profile([*SOMEONE[:4], np.nan, *SOMEONE[5:]]).ranking()


@given(strategies.scored)
def test_a_ranking_orders_all_values_by_score_and_names_every_tie(raw: np.ndarray) -> None:
    profile = Profile(raw)
    ranking = profile.ranking()
    scores = profile.as_dict()
    ordered = [round(scores[code], 9) for code in ranking.codes]
    assert sorted(ranking.codes) == sorted(CODES)
    assert ordered == sorted(ordered, reverse=True)
    equal = [(a, b) for a, b in zip(ranking.codes, ranking.codes[1:], strict=False)]
    tied = [(a, b) for a, b in equal if abs(scores[a] - scores[b]) < 1e-9]
    assert [(tie.above, tie.below) for tie in ranking.ties] == tied


@given(strategies.scored)
def test_the_circle_decides_only_within_equal_quadrants(raw: np.ndarray) -> None:
    profile = Profile(raw)
    higher = profile.higher()
    group = {code: key for key, codes in values.higher_order().items() for code in codes}
    for tie in profile.ranking().ties:
        above, below = higher[group[tie.above]], higher[group[tie.below]]
        if tie.step == "circle":
            assert above == pytest.approx(below)
            assert CODES.index(tie.above) < CODES.index(tie.below)
        else:
            assert above > below


def test_nearly_everyone_has_a_tie() -> None:
    rng = np.random.default_rng(5)
    centred = values.profiles.human(2000, rng, level=4.0)
    spread = centred[:, np.repeat(np.arange(10), [2] * 9 + [3])] + rng.normal(0, 0.8, (2000, 21))
    order = np.argsort([n for items in keys.PVQ21.items.values() for n in items])
    answers = np.clip(np.round(spread), 1, 6)[:, order]
    scores = values.score_items(answers, keys.PVQ21).raw
    kept = scores[~np.isnan(scores).any(axis=1)]
    ties = Counter(bool(Profile(raw).ranking().ties) for raw in kept)
    assert ties[True] / ties.total() > 0.99
