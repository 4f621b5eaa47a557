"""The dyadic permutation test: who the agents are is shuffled, who met whom and what they said is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from homophily.analysis._estimators.interval import Interval
from homophily.errors import DataError

__all__ = ["relabelling"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]

#: With fewer degrees of freedom a partial correlation is near ±1 whatever the data.
SPARE = 10


def relabelling(
    y: Array, similarity: Array, first: Codes, second: Codes, *, draws: int, rng: np.random.Generator
) -> tuple[Interval, Array]:
    """Test a similarity effect on pairs against agents whose profiles are shuffled among them.

    Exchangeable under the null hypothesis are the *profiles*: which agent holds which is arbitrary if ratings
    arise from the two agents' own levels and from the pair, but not from how alike the two are. Shuffling
    re-pairs raters and partners: each rating is set against the similarity of two other agents, while every
    agent keeps its partners and its ratings, so that the dependence of pairs that share an agent is in the
    null distribution too (quadratic assignment; Krackhardt 1988, Social Networks 10). Additive effects of the
    two members, their own values among them, are projected out of outcome and similarity first: an agent that
    everyone trusts is no evidence of similarity.

    Args:
        y: Outcome of each pair, (pairs,).
        similarity: Of every two agents, (agents, agents).
        first: One member of each pair, as a row of `similarity`.
        second: The other.
        draws: Number of shuffles.
        rng: Source of chance.

    Returns:
        The partial correlation given the members, with the central 95 % of its null distribution added to
        the estimate as bounds, and two-sided p; and the null distribution, (draws,).

    Raises:
        DataError: Too few pairs for the number of agents, or nothing varies once their levels are removed.
    """
    agents = np.unique(np.concatenate([first, second]))
    if first.size - agents.size < SPARE:
        raise DataError(
            f"{first.size} pairs among {agents.size} agents leave next to nothing once the members' own "
            f"levels are removed; the test needs at least {SPARE} pairs more than agents."
        )
    project = _projection(first, second, len(similarity))
    outcome = project(y)
    if _vanishes(outcome, y) or _vanishes(project(similarity[first, second]), y):
        raise DataError(f"{first.size} pairs leave no variance once the members' own levels are removed.")
    outcome = outcome / np.linalg.norm(outcome)

    def partial(names: Codes) -> float:
        rest = project(similarity[names[first], names[second]])
        return float(outcome @ rest / np.linalg.norm(rest))

    names = np.arange(len(similarity))
    observed = partial(names)
    null = np.empty(draws)
    for draw in range(draws):
        names[agents] = rng.permutation(agents)
        null[draw] = partial(names)
    p = float((1 + np.sum(np.abs(null) >= abs(observed) - 1e-12)) / (draws + 1))
    low, high = observed - np.quantile(null, [0.975, 0.025])
    return Interval(observed, float(low), float(high), p), null


def _projection(first: Codes, second: Codes, agents: int) -> Callable[[Array], Array]:
    rows = np.arange(first.size)
    ones = np.ones(first.size)
    one = sparse.csr_array((ones, (rows, first)), (first.size, agents))
    incidence: Any = sparse.csr_array(one + sparse.csr_array((ones, (rows, second)), (first.size, agents)))
    transposed = incidence.T.tocsr()
    # A component without an odd cycle leaves one direction undetermined; the ridge settles it.
    normal = (transposed @ incidence).toarray() + 1e-9 * np.eye(agents)
    factor = linalg.cho_factor(normal)

    def project(values: Array) -> Array:
        return np.asarray(values - incidence @ linalg.cho_solve(factor, transposed @ values))

    return project


def _vanishes(rest: Array, whole: Array) -> bool:
    return bool(np.linalg.norm(rest) <= 1e-6 * max(1.0, float(np.linalg.norm(whole))))
