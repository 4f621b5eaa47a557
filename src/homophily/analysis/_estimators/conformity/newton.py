"""Newton's method on the whole inertia–conformity model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.problem import Problem
from homophily.analysis._estimators.conformity.system import RIDGE, System, system, value

__all__ = ["Solution", "solve"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Where Newton's method ended.

    Attributes:
        beta: Shared coefficients: contrasts of base rates by model, then the effects.
        leaning: Contrasts of the leanings, (dilemmas, free).
        likelihood: Log likelihood there, without priors.
        objective: Log likelihood with priors.
        system: The equations of the last step.
        converged: Whether the last step promised less than the tolerance.
        steps: How many steps were taken.
    """

    beta: Array
    leaning: Array
    likelihood: float
    objective: float
    system: System
    converged: bool
    steps: int

    def sandwich(self) -> Array:
        """Covariance of the shared coefficients, robust to dependence within a dilemma; G / (G − 1)."""
        scores = self.system.scores[(self.system.scores != 0).any(axis=1)]
        bread = np.linalg.inv(self.system.curvature + RIDGE * np.eye(self.beta.size))
        return np.asarray(bread @ (scores.T @ scores) @ bread * (len(scores) / (len(scores) - 1)))


def solve(
    problem: Problem,
    prior: Prior,
    *,
    marginal: bool = False,
    weights: Array | None = None,
    start: tuple[Array, Array] | None = None,
    tolerance: float = 1e-9,
    most: int = 60,
) -> Solution:
    """The maximum of the likelihood with its priors, over all parameters or with leanings integrated out.

    Args:
        problem: Rows and form.
        prior: The priors; all infinite for maximum likelihood.
        marginal: Whether leanings are integrated out by Laplace's method. The mode over all parameters
            shrinks the shared ones, as each dilemma's leanings are then fitted to few verdicts.
        weights: How often each dilemma counts, with leanings of its own each time, (dilemmas,); once if not
            given.
        start: Shared coefficients and leanings to start from; zeros if not given.
        tolerance: The gain in log likelihood that a last step may still promise.
        most: Steps at most.
    """
    counted = np.ones(problem.dilemmas) if weights is None else weights
    beta: Array = np.zeros(problem.shared)
    leaning: Array = np.zeros((problem.dilemmas, problem.free))
    if start is not None:
        beta, leaning = start
    if marginal and start is None:
        mode = solve(problem, prior, weights=weights, tolerance=1e-3)
        beta, leaning = mode.beta, mode.leaning
    converged, step = False, 0
    while step < most and not converged:
        step += 1
        found = system(problem, prior, counted, beta, leaning, marginal=marginal)
        move = np.linalg.solve(found.curvature + RIDGE * np.eye(beta.size), found.slope)
        inner = found.away - found.along @ move
        promised = found.slope @ move + (counted[:, None] * found.inner_slope * found.away).sum()
        converged = bool(promised < tolerance)
        if not marginal:
            beta, leaning = _climb(problem, prior, counted, (beta, leaning), (np.asarray(move), inner))
        else:
            beta, leaning = beta + move, leaning + inner
    likelihood, objective = value(problem, prior, counted, beta, leaning)
    return Solution(
        beta=beta,
        leaning=leaning,
        likelihood=likelihood,
        objective=objective,
        system=found,
        converged=converged,
        steps=step,
    )


def _climb(
    problem: Problem,
    prior: Prior,
    counted: Array,
    point: tuple[Array, Array],
    move: tuple[Array, Array],
) -> tuple[Array, Array]:
    """The point after a step, halved until it does not go down."""
    before = value(problem, prior, counted, *point)[1]
    length = 1.0
    while length > 1e-6:
        beta, leaning = (here + length * by for here, by in zip(point, move, strict=True))
        after = value(problem, prior, counted, beta, leaning)[1]
        if np.isfinite(after) and after >= before - 1e-9 * abs(before):
            return beta, leaning
        length /= 2
    return point
