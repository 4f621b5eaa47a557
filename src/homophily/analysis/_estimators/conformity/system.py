"""Slope and curvature of the model at one point, leanings eliminated dilemma by dilemma.

The curvature is dense only among the few shared coefficients; a dilemma's leanings touch nobody else's. So
one small system a dilemma and one among the shared (the Schur complement) give the exact Newton step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from homophily.analysis._estimators.conformity.prior import Prior
from homophily.analysis._estimators.conformity.problem import Problem, contrasts

__all__ = ["RIDGE", "System", "system", "value"]

Array = NDArray[np.float64]

#: Of a step: it keeps directions that the data leave open where they are, and moves no optimum.
RIDGE = 1e-7


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """The equations of one Newton step.

    Attributes:
        slope: Of the shared coefficients, leanings eliminated, (shared,).
        curvature: The same, (shared, shared).
        scores: Each dilemma's part of the slope, without priors, (dilemmas, shared).
        inner: Curvature of each dilemma's leanings, prior included, (dilemmas, free, free).
        inner_slope: Slope of each dilemma's leanings, (dilemmas, free).
        away: How leanings move by themselves, (dilemmas, free).
        along: How they follow the shared coefficients, (dilemmas, free, shared).
    """

    slope: Array
    curvature: Array
    scores: Array
    inner: Array
    inner_slope: Array
    away: Array
    along: Array


def value(problem: Problem, prior: Prior, counted: Array, beta: Array, leaning: Array) -> tuple[float, float]:
    """The log likelihood, and the same with priors; `counted` says how often each dilemma counts."""
    logits = problem.logits(beta, leaning)
    top = logits.max(axis=1)
    norm = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    own = (problem.chosen * np.where(problem.chosen > 0, logits, 0.0)).sum(axis=1)
    likelihood = float(((own - problem.total * norm) * counted[problem.rows.dilemma]).sum())
    penalty = prior.precision(problem) @ beta**2
    penalty += prior.leaning**-2.0 * (counted @ (leaning**2).sum(axis=1))
    return likelihood, float(likelihood - penalty / 2)


def system(
    problem: Problem, prior: Prior, counted: Array, beta: Array, leaning: Array, *, marginal: bool
) -> System:
    """The equations at a point.

    Args:
        problem: Rows and form.
        prior: The priors.
        counted: How often each dilemma counts, (dilemmas,).
        beta: The shared coefficients.
        leaning: The contrasts of leanings, (dilemmas, free).
        marginal: Whether leanings are integrated out by Laplace's method: the slope then is that of
            log likelihood − ½ log |curvature of the leanings|.
    """
    chance = _chances(problem, beta, leaning)
    rest, bend = _segments(problem, chance)
    size, strength = beta.size, prior.leaning**-2.0
    inner_slope = _scatter(problem, rest[:, : problem.free]) - strength * leaning
    inner = _scatter(problem, bend[:, : problem.free, : problem.free])
    inner += (strength + RIDGE) * np.eye(problem.free)
    cross = np.zeros((problem.dilemmas, problem.free, size + 1))
    slopes, outer = np.zeros((problem.dilemmas, size + 1)), np.zeros((size + 1, size + 1))
    for g, place in enumerate(problem.places):
        where = problem.dilemma[of := problem.group == g]
        cross[where[:, None], :, place] += bend[of][:, :, : problem.free]
        slopes[where[:, None], place] += rest[of]
        outer[np.ix_(place, place)] += np.tensordot(counted[where], bend[of], axes=1)
    cross, slopes, outer = cross[:, :, :-1], slopes[:, :-1], outer[:-1, :-1]
    follow = np.linalg.solve(inner, np.concatenate([inner_slope[:, :, None], cross], axis=2))
    away, along = follow[:, :, 0], follow[:, :, 1:]
    pulled = inner_slope
    if marginal:
        extra = _volume(problem, chance, inner)
        slopes, pulled = slopes + extra[0], inner_slope + extra[1]
    scores = slopes - np.matmul(along.transpose(0, 2, 1), pulled[:, :, None])[:, :, 0]
    strengths = prior.precision(problem)
    curvature = outer + np.diag(strengths)
    curvature -= np.tensordot(counted[:, None, None] * cross, along, axes=([0, 1], [0, 1]))
    return System(
        slope=counted @ scores - strengths * beta,
        curvature=curvature,
        scores=scores,
        inner=inner,
        inner_slope=inner_slope,
        away=away,
        along=along,
    )


def _chances(problem: Problem, beta: Array, leaning: Array) -> Array:
    logits = problem.logits(beta, leaning)
    power = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(power / power.sum(axis=1, keepdims=True))


def _segments(problem: Problem, chance: Array) -> tuple[Array, Array]:
    """Slope and curvature of each segment's own columns, (segments, columns) and (…, columns, columns)."""
    columns = problem.columns
    flipped = columns.transpose(0, 2, 1)
    rest = np.matmul(flipped, (problem.chosen - problem.total[:, None] * chance)[:, :, None])[:, :, 0]
    mean = np.matmul(chance[:, None, :], columns)
    bend = np.matmul((columns * chance[:, :, None]).transpose(0, 2, 1), columns)
    bend -= mean.transpose(0, 2, 1) * mean
    return problem.gathered(rest), problem.gathered(problem.total[:, None, None] * bend)


def _scatter(problem: Problem, parts: Array) -> Array:
    """Sums of segments over each dilemma."""
    found = np.zeros((problem.dilemmas, *parts.shape[1:]))
    np.add.at(found, problem.dilemma, parts)
    return found


def _volume(problem: Problem, chance: Array, inner: Array) -> tuple[Array, Array]:
    """Slope of −½ log |inner| in each dilemma: of shared coefficients, and of its leanings.

    The third derivative of a softmax along any direction of its logits is a weighted sum over verdicts, so
    that the whole term acts as one more residual a row.
    """
    contrast = contrasts(chance.shape[1])
    spread = contrast @ np.linalg.inv(inner) @ contrast.T
    each = spread[problem.rows.dilemma]
    pull = np.diagonal(each, axis1=1, axis2=2) - 2 * np.matmul(each, chance[:, :, None])[:, :, 0]
    rest = -0.5 * problem.total[:, None] * chance * (pull - (chance * pull).sum(axis=1, keepdims=True))
    local = problem.gathered(np.matmul(problem.columns.transpose(0, 2, 1), rest[:, :, None])[:, :, 0])
    slopes = np.zeros((problem.dilemmas, problem.shared + 1))
    for g, place in enumerate(problem.places):
        of = problem.group == g
        slopes[problem.dilemma[of][:, None], place] += local[of]
    return slopes[:, :-1], _scatter(problem, local[:, : problem.free])
