"""Strengths against a published fit and against logistic regression by another library."""

import numpy as np
import pytest
import statsmodels.api as sm

from homophily.analysis._estimators.bradley_terry import Strengths, bradley_terry, connected
from homophily.errors import DataError

#: American League East, 1987 (Agresti 2002, Categorical Data Analysis, table 10.10): wins of the row.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")
WINS = np.array(
    [
        [0, 7, 9, 7, 7, 9, 11],
        [6, 0, 7, 5, 11, 9, 9],
        [4, 6, 0, 7, 7, 8, 12],
        [6, 8, 6, 0, 6, 7, 10],
        [6, 2, 6, 7, 0, 7, 12],
        [4, 4, 5, 6, 6, 0, 6],
        [2, 4, 1, 3, 1, 7, 0],
    ]
)
#: The published strengths relative to Baltimore.
STRENGTHS = (1.58, 1.44, 1.29, 1.25, 1.11, 0.68, 0.0)


def contests(wins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    winner, loser = np.nonzero(wins)
    times = wins[winner, loser]
    return np.repeat(winner, times), np.repeat(loser, times)


def fitted(wins: np.ndarray) -> Strengths:
    winner, loser = contests(wins)
    return bradley_terry(
        winner, loser, len(wins), weight=np.ones(winner.size), cluster=np.arange(winner.size)
    )


def test_the_published_strengths_come_out() -> None:
    values = fitted(WINS).values
    assert values - values[-1] == pytest.approx(STRENGTHS, abs=0.006)
    assert values.sum() == pytest.approx(0, abs=1e-9)


def test_strengths_and_errors_are_those_of_logistic_regression() -> None:
    winner, loser = contests(WINS)
    flip = np.arange(winner.size) % 2 == 0
    sign = np.where(flip, 1.0, -1.0)
    x = np.zeros((winner.size, len(WINS)))
    x[np.arange(winner.size), winner] += sign
    x[np.arange(winner.size), loser] -= sign
    theirs = sm.Logit(flip.astype(float), x[:, :-1]).fit(disp=0)
    found = fitted(WINS)
    assert found.values - found.values[-1] == pytest.approx([*theirs.params, 0.0], abs=1e-6)
    for place, se in enumerate(theirs.bse):
        contrast = np.eye(len(WINS))[place] - np.eye(len(WINS))[-1]
        assert np.sqrt(contrast @ found.model @ contrast) == pytest.approx(se, rel=1e-5)


def test_contests_of_one_cluster_count_once() -> None:
    winner, loser = contests(WINS)
    once = fitted(WINS)
    thrice = bradley_terry(
        np.tile(winner, 3),
        np.tile(loser, 3),
        len(WINS),
        weight=np.ones(3 * winner.size),
        cluster=np.tile(np.arange(winner.size), 3),
    )
    assert thrice.values == pytest.approx(once.values)
    assert thrice.covariance == pytest.approx(once.covariance)
    assert thrice.model == pytest.approx(once.model / 3)


def test_who_never_won_has_no_finite_strength() -> None:
    wins = WINS.copy()
    wins[-1] = 0
    assert not connected(wins)
    with pytest.raises(DataError, match="falls into parts"):
        fitted(wins)
