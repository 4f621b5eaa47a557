"""Logistic regression of a choice on one number, with errors clustered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.interval import Interval, wald
from homophily.errors import DataError

__all__ = ["clustered"]

Array = NDArray[np.float64]


def clustered(x: Array, chosen: Array, clusters: NDArray[np.str_] | NDArray[np.object_]) -> Interval:
    """The log odds of choosing gained per unit of x, with an intercept, by maximum likelihood.

    The standard error is the cluster-robust sandwich (Liang & Zeger 1986), enlarged by G / (G − 1), with t on
    G − 1 degrees for G clusters.

    Args:
        x: A number for each choice, (n,).
        chosen: 1 or 0, (n,).
        clusters: Choices with one label depend on each other, (n,).

    Raises:
        DataError: Fewer than three clusters, or no finite maximum (x tells the choices apart perfectly, or
            all are alike).
    """
    codes = np.unique(clusters, return_inverse=True)[1]
    groups = int(codes.max(initial=-1)) + 1
    if groups < 3:
        raise DataError(f"{groups} profiles are too few for a slope; three are the least.")
    design = np.column_stack([np.ones_like(x), x])
    beta, bread = _maximum(design, chosen)
    scores = np.zeros((groups, 2))
    np.add.at(scores, codes, design * (chosen - _chance(design @ beta))[:, None])
    covariance = bread @ scores.T @ scores @ bread * groups / (groups - 1)
    return wald(float(beta[1]), float(np.sqrt(covariance[1, 1])), groups - 1)


def _maximum(design: Array, chosen: Array) -> tuple[Array, Array]:
    """Coefficients by Newton's method, and the inverse information."""
    beta = np.zeros(2)
    for _ in range(50):
        chance = _chance(design @ beta)
        information = design.T @ (design * (chance * (1 - chance))[:, None])
        if np.linalg.cond(information) > 1e10 or np.abs(beta).max() > 25:
            break
        step = np.linalg.solve(information, design.T @ (chosen - chance))
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            return beta, np.asarray(np.linalg.inv(information), dtype=float)
    raise DataError("the choices are all alike or follow the values without exception: no finite slope.")


def _chance(logit: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -30, 30))))
