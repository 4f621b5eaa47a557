"""Influence values against leaving observations out; dyadic variances against brute force."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from homophily.analysis._estimators import dyadic, influence
from homophily.errors import DataError

RNG = np.random.default_rng(5)
X = np.round(RNG.normal(size=80), 1)
Y = np.round(0.5 * X + RNG.normal(size=80), 1)


@pytest.mark.parametrize("measure", [influence.pearson, influence.spearman, influence.intraclass])
def test_influence_is_what_leaving_out_does(measure: Callable) -> None:
    value, found = measure(X, Y)
    left_out = [79 * (value - measure(np.delete(X, i), np.delete(Y, i))[0]) for i in range(80)]
    assert np.corrcoef(found, left_out)[0, 1] > 0.999
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert found.std() == pytest.approx(np.std(left_out), rel=0.06)


def test_values_are_those_of_scipy() -> None:
    assert influence.pearson(X, Y)[0] == pytest.approx(stats.pearsonr(X, Y)[0])
    assert influence.spearman(X, Y)[0] == pytest.approx(stats.spearmanr(X, Y)[0])


def test_the_intraclass_correlation_ignores_who_is_first() -> None:
    turned = RNG.random(80) < 0.5
    one, other = np.where(turned, Y, X), np.where(turned, X, Y)
    assert influence.intraclass(one, other)[0] == pytest.approx(influence.intraclass(X, Y)[0])


def test_no_variance_no_correlation() -> None:
    with pytest.raises(DataError, match="all 80 values are 4"):
        influence.pearson(np.full(80, 4.0), Y)
    with pytest.raises(DataError, match="too few"):
        influence.intraclass(X[:3], Y[:3])


def test_pairs_that_share_a_member_are_summed_together() -> None:
    first, second = RNG.integers(0, 12, 80), RNG.integers(12, 20, 80)
    scores = RNG.normal(size=80) + RNG.normal(size=20)[first]
    same = (first[:, None] == first) & (second[:, None] == second)
    shared = ((first[:, None] == first) | (second[:, None] == second)) & ~same
    alone = scores @ same @ scores
    brute = alone + scores @ shared @ scores
    members = np.unique(np.concatenate([first, second])).size
    enlarged = members / (members - 2) * brute
    assert dyadic.variance(scores, first, second)[0, 0] == pytest.approx(enlarged)


def test_independent_pairs_have_the_ordinary_variance() -> None:
    first, second = np.arange(80), np.arange(80, 160)
    r, found = influence.pearson(X, Y)
    ordinary = found @ found
    assert dyadic.variance(found, first, second)[0, 0] == pytest.approx(ordinary, rel=0.02)
    interval = dyadic.correlation_interval(r, found, first, second)
    assert interval.low < r < interval.high
    assert interval.p < 0.001


def test_the_variance_never_falls_below_that_of_independent_dyads() -> None:
    first, second = np.repeat(np.arange(6), 2), np.tile([6, 7], 6)
    scores = np.tile([1.0, -1.0], 6)
    assert dyadic.variance(scores, first, second)[0, 0] >= scores @ scores - 1e-9
