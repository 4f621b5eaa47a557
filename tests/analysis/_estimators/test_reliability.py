"""Alpha and omega by level: known populations, other computations, coverage."""

import numpy as np
import pytest
from statsmodels.multivariate.factor import Factor

from homophily.analysis._estimators.reliability import alpha, levels, omega

LOADINGS = np.array([0.9, 0.7, 0.5, 0.8])
OWN = np.array([0.3, 0.6, 0.5, 0.4])
ONE_FACTOR = np.outer(LOADINGS, LOADINGS) + np.diag(OWN)
TRUE_OMEGA = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + OWN.sum())
BETWEEN = 0.5 * np.outer(LOADINGS[::-1], LOADINGS[::-1]) + np.diag([0.1, 0.2, 0.1, 0.2])


def answers(rng: np.random.Generator, people: int, agents: int) -> tuple[np.ndarray, np.ndarray]:
    person = np.repeat(np.arange(people), agents)
    middle = rng.multivariate_normal(np.zeros(4), BETWEEN, size=people)
    return middle[person] + rng.multivariate_normal(np.zeros(4), ONE_FACTOR, size=person.size), person


def test_omega_of_one_factor_is_known() -> None:
    assert omega(ONE_FACTOR) == pytest.approx(TRUE_OMEGA, abs=1e-7)


def test_omega_is_that_of_a_factor_analysis_of_others() -> None:
    rng = np.random.default_rng(1)
    data = rng.multivariate_normal(np.zeros(4), ONE_FACTOR, size=4000)
    covariance = np.cov(data.T)
    sds = np.sqrt(np.diag(covariance))
    fitted = Factor(corr=covariance / np.outer(sds, sds), n_factor=1, method="ml", nobs=4000).fit()
    loadings = np.abs(fitted.loadings[:, 0]) * sds
    other = loadings.sum() ** 2 / (loadings.sum() ** 2 + (fitted.uniqueness * sds**2).sum())
    assert omega(covariance) == pytest.approx(other, abs=0.002)


def test_alpha_by_its_formula_and_equal_to_omega_where_items_weigh_alike() -> None:
    alike = np.full((5, 5), 0.4) + np.diag(np.full(5, 0.6))
    assert alpha(alike) == pytest.approx(5 / 4 * (1 - 5 / alike.sum()))
    assert alpha(alike) == pytest.approx(5 * 0.4 / (1 + 4 * 0.4))  # Spearman and Brown
    assert omega(alike) == pytest.approx(float(alpha(alike)), abs=1e-7)
    assert alpha(ONE_FACTOR) < TRUE_OMEGA


def test_levels_are_those_of_an_analysis_of_variance() -> None:
    items, person = answers(np.random.default_rng(2), 30, 5)
    found = levels(items, person)
    total = items.sum(axis=1).reshape(30, 5)
    within = total.var(axis=1, ddof=1).mean()
    between = total.mean(axis=1).var(ddof=1) - within / 5
    assert found.within.sum() == pytest.approx(within)
    assert found.between.sum() == pytest.approx(between)


def test_levels_recover_their_populations_also_where_people_rated_unequally_many() -> None:
    rng = np.random.default_rng(3)
    items, person = answers(rng, 20_000, 5)
    kept = rng.random(person.size) < 0.8
    found = levels(items[kept], person[kept])
    assert found.within == pytest.approx(ONE_FACTOR, abs=0.03)
    assert found.between == pytest.approx(BETWEEN, abs=0.03)


def test_a_resample_is_the_data_with_people_repeated() -> None:
    items, person = answers(np.random.default_rng(4), 6, 4)
    times = np.array([2.0, 0, 1, 1, 2, 0])
    order = np.repeat(np.arange(6), times.astype(int))
    again = np.concatenate([items[person == each] for each in order])
    by_hand = levels(again, np.repeat(np.arange(6), 4))
    weighted = levels(items, person, times[None])
    assert weighted.within[0] == pytest.approx(by_hand.within)
    assert weighted.between[0] == pytest.approx(by_hand.between)


def test_nothing_is_made_up() -> None:
    assert np.isnan(alpha(np.array([[1.0, -2.0], [-2.0, 1.0]])))
    assert np.isnan(omega(np.diag([1.0, 0.0, 1.0])))
    assert np.isnan(levels(np.ones((3, 2)), np.arange(3)).within).all()
