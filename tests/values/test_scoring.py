import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from homophily.errors import DataError
from homophily.values import keys, score_items

TEN = pytest.mark.parametrize("name", ["pvq21", "pvq40", "pvqrr", "pvqrr19"])


def person(size: int, **answers: float) -> np.ndarray:
    """Answers that go round the scale, but for those given by item number."""
    points = np.arange(size) % 6 + 1.0
    for item, answer in answers.items():
        points[int(item.removeprefix("i")) - 1] = answer
    return points[None]


@TEN
def test_each_value_is_the_mean_of_its_own_items(name: str) -> None:
    key = keys.get(name)
    for place, items in enumerate(key.items.values()):
        points = np.where(np.isin(np.arange(1, key.size + 1), items), 6.0, 1.0)[None]
        raw = score_items(points, key, max_identical=key.size).raw[0]
        assert raw[place] == 6
        assert np.delete(raw, place) == pytest.approx(np.ones(len(key.items) - 1))


@TEN
def test_mrat_is_the_mean_of_all_items_unkeyed_ones_too(name: str) -> None:
    key = keys.get(name)
    answers = person(key.size)
    scores = score_items(answers, key)
    assert scores.mrat[0] == pytest.approx(answers.mean())
    assert scores.centred == pytest.approx(scores.raw - answers.mean())


def test_centred_scores_sum_to_zero_by_items_not_by_values() -> None:
    centred = score_items(person(21), keys.PVQ21).centred[0]
    assert centred @ ([2] * 9 + [3]) == pytest.approx(0)


def test_the_ess_runs_the_other_way() -> None:
    answers = person(21)
    turned = score_items(answers, keys.ESS).raw
    assert turned == pytest.approx(score_items(7 - answers, keys.PVQ21).raw)
    assert turned == pytest.approx(7 - score_items(answers, keys.PVQ21).raw)


def test_what_public_scripts_get_wrong() -> None:
    """A recoding of 5 to 3, or power scored with achievement's items, would show here."""
    scores = score_items(person(21, i2=5, i17=6, i4=1, i13=2), keys.PVQ21).raw[0]
    by_code = dict(zip(keys.PVQ21.items, scores, strict=True))
    assert by_code["PO"] == 5.5
    assert by_code["AC"] == 1.5


def test_a_value_with_one_item_left_is_that_item() -> None:
    scores = score_items(person(21, i10=np.nan, i21=4), keys.PVQ21)
    assert scores.raw[0, 2] == 4
    assert scores.missing[0] == 1
    assert scores.mrat[0] == pytest.approx(np.nanmean(person(21, i10=np.nan, i21=4)))


def test_a_value_without_answers_has_no_score_but_the_person_stays() -> None:
    scores = score_items(person(21, i10=np.nan, i21=np.nan), keys.PVQ21)
    assert np.isnan(scores.raw[0, 2])
    assert np.isfinite(np.delete(scores.raw[0], 2)).all()
    assert scores.excluded[0] == ""


@pytest.mark.parametrize(("gone", "out"), [(5, False), (6, True)])
def test_more_than_five_missing_excludes(gone: int, out: bool) -> None:
    answers = person(21)
    answers[0, :gone] = np.nan
    scores = score_items(answers, keys.PVQ21)
    assert bool(scores.excluded[0]) is out
    assert np.isnan(scores.raw).all() == out
    assert np.isnan(scores.mrat[0]) == out
    if out:
        assert scores.excluded[0] == "6 of 21 answers missing, more than 5"


@pytest.mark.parametrize(("alike", "out"), [(16, False), (17, True)])
def test_more_than_sixteen_identical_excludes(alike: int, out: bool) -> None:
    answers = np.array([[4.0] * alike + [1.0, 2.0, 3.0, 5.0, 6.0][: 21 - alike]])
    scores = score_items(answers, keys.PVQ21)
    assert scores.identical[0] == alike
    assert bool(scores.excluded[0]) is out


def test_limits_can_be_set_and_reasons_add_up() -> None:
    answers = np.array([[np.nan] * 3 + [4.0] * 18])
    assert score_items(answers, keys.PVQ21, max_missing=2).excluded[0] == (
        "3 of 21 answers missing, more than 2; 18 answers identical, more than 16"
    )
    assert score_items(answers, keys.PVQ21, max_identical=18).excluded[0] == ""


def test_answers_off_the_scale_are_refused() -> None:
    with pytest.raises(DataError, match="row 1, item 3: 7 is none of the points"):
        score_items(person(21, i3=7), keys.PVQ21)
    with pytest.raises(DataError, match=r"give \(people, 40\)"):
        score_items(person(21), keys.PVQ40)


def test_nobody_gives_nothing() -> None:
    assert score_items(np.empty((0, 21)), keys.PVQ21).raw.shape == (0, 10)


@given(
    arrays(
        float, st.tuples(st.integers(1, 6), st.just(21)), elements=st.sampled_from([1, 2, 3, 4, 5, 6, np.nan])
    )
)
def test_scores_stay_within_the_answers(answers: np.ndarray) -> None:
    scores = score_items(answers, keys.PVQ21)
    stay = scores.excluded == ""
    assert ((scores.raw[stay] >= 1) & (scores.raw[stay] <= 6) | np.isnan(scores.raw[stay])).all()
    assert np.isnan(scores.raw[~stay]).all()
    assert (stay == ((np.isnan(answers).sum(axis=1) <= 5) & (scores.identical <= 16))).all()
