"""Signed ranks against scipy and by hand."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from homophily.analysis._estimators.signed import signed


def test_p_is_wilcoxons_and_the_estimate_the_median_of_all_means_of_two() -> None:
    differences = np.random.default_rng(1).normal(0.4, 1, 40)
    found, effect = signed(differences)
    walsh = [(a + b) / 2 for i, a in enumerate(differences) for b in differences[i:]]
    assert found.estimate == pytest.approx(np.median(walsh))
    assert found.p == pytest.approx(stats.wilcoxon(differences).pvalue)
    ranks = stats.rankdata(np.abs(differences))
    assert effect == pytest.approx(1 - 2 * ranks[differences < 0].sum() / ranks.sum())


def test_with_ties_every_assignment_of_signs_is_counted() -> None:
    differences = np.array([1.0, 1, -1, 2, 2, 0, 3, -2, 1])
    some = differences[differences != 0]
    ranks = stats.rankdata(np.abs(some))
    every = np.array([ranks @ signs for signs in product([0, 1], repeat=some.size)])
    found = ranks[some > 0].sum()
    expected = 2 * min(np.mean(every <= found), np.mean(every >= found))
    assert signed(differences)[0].p == pytest.approx(expected)


def test_many_people_take_the_normal_approximation() -> None:
    differences = np.random.default_rng(4).normal(0.1, 1, 260).round(1)
    expected = stats.wilcoxon(differences[differences != 0], method="asymptotic").pvalue
    assert signed(differences)[0].p == pytest.approx(expected)


def test_the_interval_holds_what_the_test_does_not_reject() -> None:
    differences = np.random.default_rng(2).normal(0.4, 1, 60)
    found, _ = signed(differences)
    for edge, way in ((found.low, 1), (found.high, -1)):
        inside, outside = (stats.wilcoxon(differences - edge - way * step).pvalue for step in (0.03, -0.03))
        assert outside < 0.05 < inside


def test_the_interval_covers() -> None:
    rng = np.random.default_rng(3)
    held = [signed(rng.normal(0.3, 1, 40))[0] for _ in range(600)]
    assert 0.925 < np.mean([x.low <= 0.3 <= x.high for x in held]) < 0.975


def test_nobody_differs() -> None:
    found, effect = signed(np.zeros(12))
    assert (found.estimate, found.p, effect) == (0, 1, 0)


def test_few_people_have_no_interval() -> None:
    found, _ = signed(np.array([0.1, 0.2, 0.4, -0.1]))
    assert np.isnan(found.low)
    assert np.isfinite(found.estimate)
