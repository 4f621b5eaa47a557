from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from homophily import catalogue, values
from homophily.errors import DataError, UnknownName
from homophily.values import norms, similarity
from tests.values import strategies

MEASURES = {name: catalogue.get("values.similarity", name) for name in catalogue.names("values.similarity")}
everyone = pytest.mark.parametrize("measure", MEASURES.values(), ids=MEASURES)
A = np.array([4.5, 3.0, 3.5, 2.0, 1.5, 4.0, 3.0, 4.0, 5.5, 5.0])
B = np.array([5.0, 4.5, 3.0, 3.0, 2.5, 2.0, 1.5, 2.0, 5.0, 5.5])


def test_the_catalogue_holds_the_promised_measures() -> None:
    assert {"pearson", "spearman", "kendall", "cosine", "euclidean", "distinctive"} <= set(MEASURES)
    assert all(getattr(similarity, name) is MEASURES[name] for name in similarity.__all__)


def test_a_mistyped_measure_suggests_the_near_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'pearson'"):
        catalogue.get("values.similarity", "peason")


@everyone
@given(a=strategies.scored, b=strategies.scored)
def test_similarity_is_symmetric_and_within_its_range(measure, a, b) -> None:
    assume(not strategies.flat(a) and not strategies.flat(b))
    there, back = measure(a, b), measure(b, a)
    assert there == back
    assert -1 <= there <= 1


@everyone
@given(a=strategies.raw)
def test_everyone_is_most_similar_to_themselves(measure, a) -> None:
    assume(not strategies.flat(a))
    assert measure(a, a) == pytest.approx(1)


@everyone
@given(a=strategies.raw, b=strategies.raw, level=st.floats(-2, 2))
def test_raw_and_centred_scores_give_the_same(measure, a, b, level) -> None:
    assume(not strategies.flat(a) and not strategies.flat(b))
    expected = measure(a, b)
    assert measure(values.centre(a), values.centre(b)) == pytest.approx(expected, abs=1e-9)
    assert measure(a + level, b) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("name", ["pearson", "spearman", "kendall", "cosine"])
@given(a=strategies.raw, b=strategies.raw, stretch=st.floats(0.1, 3))
def test_shape_measures_forget_the_spread_and_turn_with_the_sign(name, a, b, stretch) -> None:
    assume(not strategies.flat(a) and not strategies.flat(b))
    measure = MEASURES[name]
    assert measure(stretch * a, b) == pytest.approx(measure(a, b), abs=1e-9)
    assert measure(-a, b) == pytest.approx(-measure(a, b), abs=1e-9)


@pytest.mark.parametrize("name", ["spearman", "kendall"])
@given(a=strategies.scored, b=strategies.scored)
def test_rank_measures_forget_all_but_the_order(name, a, b) -> None:
    assume(not strategies.flat(a) and not strategies.flat(b))
    assert MEASURES[name](np.exp(a), b) == pytest.approx(MEASURES[name](a, b), abs=1e-9)


@pytest.mark.parametrize(
    ("name", "reference"),
    [("pearson", stats.pearsonr), ("spearman", stats.spearmanr), ("kendall", stats.kendalltau)],
)
@given(a=strategies.scored, b=strategies.scored)
def test_measures_agree_with_scipy_ties_included(name, reference, a, b) -> None:
    assume(not strategies.flat(a) and not strategies.flat(b))
    assert MEASURES[name](a, b) == pytest.approx(reference(a, b).statistic, abs=1e-9)


@everyone
def test_leading_axes_broadcast(measure) -> None:
    rng = np.random.default_rng(3)
    people = values.profiles.human(12, rng).reshape(3, 4, 10)
    all_pairs = measure(people[:, :, None, None], people)
    assert all_pairs.shape == (3, 4, 3, 4)
    assert all_pairs[1, 2, 2, 3] == pytest.approx(measure(people[1, 2], people[2, 3]))
    assert isinstance(measure(people[0, 0], people[0, 1]), float)


@everyone
def test_an_incomplete_profile_has_no_similarity(measure) -> None:
    incomplete = np.array([A, B])
    incomplete[0, 4] = np.nan
    result = measure(incomplete, A)
    assert np.isnan(result[0])
    assert not np.isnan(result[1])


@pytest.mark.parametrize("name", ["pearson", "spearman", "kendall", "cosine"])
def test_a_flat_profile_is_similar_to_nobody(name) -> None:
    assert np.isnan(MEASURES[name](np.full(10, 3.7), A))
    assert np.isnan(MEASURES[name](A, np.zeros(10)))


@everyone
def test_other_than_ten_values_are_refused(measure) -> None:
    with pytest.raises(DataError, match="ten values"):
        measure(A[:9], B[:9])
    with pytest.raises(DataError, match="ten values"):
        measure(A, 3.0)


def test_euclidean_is_zero_for_the_farthest_profiles_on_the_scale() -> None:
    vertices = np.array(list(product((-5.0, 5.0), repeat=10)))
    result = similarity.euclidean(vertices, np.zeros(10))
    assert result.min() == pytest.approx(0, abs=1e-12)


def test_cosine_counts_universalism_for_three() -> None:
    a, b = values.centre(A), values.centre(B)
    assert similarity.cosine(A, B) == pytest.approx(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
    assert similarity.cosine(A, B) != similarity.pearson(A, B)


def test_distinctiveness_is_what_is_left_beside_the_average_person() -> None:
    average = norms.population().mean
    assert np.isnan(similarity.distinctive(average + 3.5, A))
    expected = np.corrcoef(values.centre(A) - average, values.centre(B) - average)[0, 1]
    assert similarity.distinctive(A, B) == pytest.approx(expected, abs=1e-3)
    assert similarity.distinctive(A, B, mean=np.zeros(10)) == pytest.approx(similarity.pearson(A, B))


def test_the_average_person_is_wholly_normative() -> None:
    average = norms.population().mean
    assert values.normativeness(average + 4) == pytest.approx(1)
    assert values.normativeness(-average) == pytest.approx(-1)
    assert values.normativeness(A, mean=B) == pytest.approx(similarity.pearson(A, B))
