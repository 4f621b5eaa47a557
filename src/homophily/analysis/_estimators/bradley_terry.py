"""Strengths of contestants from who beat whom (Bradley & Terry 1952), with errors clustered."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from homophily.errors import DataError

__all__ = ["Strengths", "bradley_terry", "connected"]

Array = NDArray[np.float64]
Codes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Strengths:
    """Log strengths that sum to 0.

    Attributes:
        values: One a contestant; the log odds that i beats j is values[i] − values[j].
        covariance: Of them, robust to dependence within clusters.
        model: The same if every contest were independent.
    """

    values: Array
    covariance: Array
    model: Array


def connected(wins: Array) -> bool:
    """Whether finite strengths exist: chains of wins lead from each contestant to each other (Ford 1957)."""
    return bool(connected_components(wins > 0, directed=True, connection="strong")[0] == 1)


def bradley_terry(winner: Codes, loser: Codes, n: int, *, weight: Array, cluster: Codes) -> Strengths:
    """Fit strengths by maximum likelihood.

    Args:
        winner: Of each contest.
        loser: Of each contest.
        n: How many contestants there are.
        weight: How much each contest counts.
        cluster: Contests with one number may depend on each other.

    Raises:
        DataError: No finite strengths exist.
    """
    wins = np.zeros((n, n))
    np.add.at(wins, (winner, loser), weight)
    if n < 2 or not connected(wins):
        raise DataError(
            "no finite strengths exist: the panel falls into parts of which one never moved the other."
        )
    values, met = np.zeros(n), wins + wins.T
    for _ in range(100):
        chance = 1 / (1 + np.exp(values[None, :] - values[:, None]))
        slope = wins.sum(axis=1) - (met * chance).sum(axis=1)
        bend = met * chance * (1 - chance)
        information = np.diag(bend.sum(axis=1)) - bend
        step = np.linalg.pinv(information) @ slope
        values = values + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    inverse = np.asarray(np.linalg.pinv(information), dtype=float)
    lost = 1 / (1 + np.exp(values[winner] - values[loser])) * weight
    code = np.unique(cluster, return_inverse=True)[1].reshape(-1)
    scores = np.zeros((int(code.max()) + 1, n))
    np.add.at(scores, (code, winner), lost)
    np.add.at(scores, (code, loser), -lost)
    groups = len(scores)
    robust = inverse @ (scores.T @ scores) @ inverse * (groups / max(groups - 1, 1))
    return Strengths(values - values.mean(), robust, inverse)
