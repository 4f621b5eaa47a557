"""Kappa against statsmodels and a textbook's table."""

import numpy as np
import pytest
from statsmodels.stats.inter_rater import cohens_kappa, to_table

from homophily.analysis._estimators.kappa import kappas, sums


def test_kappa_of_each_code_is_that_of_statsmodels() -> None:
    rng = np.random.default_rng(1)
    first = rng.random((80, 3)) < 0.4
    second = np.where(rng.random((80, 3)) < 0.85, first, ~first)
    found = kappas(sums(first, second, np.arange(80) % 7).sum(axis=0))
    for place in range(3):
        table = to_table(np.column_stack([first[:, place], second[:, place]]).astype(int))[0]
        assert found[place] == pytest.approx(cohens_kappa(table).kappa)


def test_a_table_by_hand() -> None:
    # 50 answers: both yes 20, first alone 5, second alone 10, neither 15: (.7 − .5) / (1 − .5).
    first = np.repeat([True, True, False, False], [20, 5, 10, 15])[:, None]
    second = np.repeat([True, False, True, False], [20, 5, 10, 15])[:, None]
    assert kappas(sums(first, second, np.arange(50)).sum(axis=0)) == pytest.approx([0.4, 0.4])


def test_pooled_kappa_takes_the_means_of_agreement() -> None:
    # One code at observed .7, expected .5; one that nobody ever gave, at 1 and 1.
    first = np.repeat([True, True, False, False], [20, 5, 10, 15])[:, None]
    second = np.repeat([True, False, True, False], [20, 5, 10, 15])[:, None]
    empty = np.zeros((50, 1), dtype=bool)
    both = sums(np.hstack([first, empty]), np.hstack([second, empty]), np.arange(50))
    found = kappas(both.sum(axis=0))
    assert np.isnan(found[1])
    assert found[2] == pytest.approx((0.85 - 0.75) / (1 - 0.75))


def test_weights_count_clusters_as_often_as_drawn() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.random((2, 30, 2)) < 0.5
    cluster = np.repeat(np.arange(10), 3)
    each = sums(first, second, cluster)
    times = rng.multinomial(10, np.full(10, 0.1), size=4)
    drawn = kappas(np.tensordot(times, each, 1))
    rows = np.concatenate([np.flatnonzero(cluster == c) for c in np.repeat(np.arange(10), times[2])])
    assert drawn[2] == pytest.approx(kappas(sums(first[rows], second[rows], np.arange(30)).sum(axis=0)))
