"""Page's test against scipy's, and by counting every order."""

from itertools import permutations, product

import numpy as np
import pytest
from scipy import stats

from homophily.analysis._estimators.page import page
from homophily.errors import DataError


@pytest.mark.parametrize("shape", [(4, 3), (7, 5), (5, 6)])
def test_without_ties_it_is_scipys_exact_test(shape: tuple[int, int]) -> None:
    answers = np.random.default_rng(1).normal(size=shape) + 0.3 * np.arange(shape[1])
    mine, theirs = page(answers), stats.page_trend_test(answers, method="exact")
    assert mine.exact
    assert (mine.l, mine.p) == (theirs.statistic, pytest.approx(theirs.pvalue, rel=1e-9))


def test_many_conditions_take_the_normal_approximation_of_scipy() -> None:
    answers = np.random.default_rng(2).normal(size=(12, 8)) + 0.1 * np.arange(8)
    mine, theirs = page(answers), stats.page_trend_test(answers, method="asymptotic")
    assert not mine.exact
    assert mine.p == pytest.approx(theirs.pvalue, rel=1e-9)


def test_with_ties_every_order_of_each_persons_answers_is_counted() -> None:
    answers = np.array([[1.0, 2, 2], [1, 1, 3], [2, 1, 3]])
    weights = np.arange(1, 4)
    ranks = stats.rankdata(answers, axis=1)
    found = (ranks @ weights).sum()
    orders = [[np.dot(order, weights) for order in permutations(row)] for row in ranks]
    every = [sum(parts) for parts in product(*orders)]
    mine = page(answers)
    assert mine.p == pytest.approx(np.mean(np.array(every) >= found - 1e-9))
    assert mine.z == pytest.approx((found - np.mean(every)) / np.std(every))


@pytest.mark.parametrize(
    ("answers", "match"),
    [(np.ones((5, 4)), "told any two"), (np.ones((1, 4)), "few"), (np.ones((5, 2)), "few")],
)  # fmt: skip
def test_what_has_no_order_is_refused(answers: np.ndarray, match: str) -> None:
    with pytest.raises(DataError, match=match):
        page(answers)
