"""Mixed-model equations of random intercepts, all factors nested in one eliminated block by block.

The model is y = Xβ + Σ_k Z_k u_k + e with u_k ~ N(0, σ²θ_k² I) and e ~ N(0, σ² I): θ_k is the relative
standard deviation of factor k (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1)). Factors may be
crossed or nested in any way. The factors nested in one of them (a pair, its sessions, its two directions)
make a block-diagonal part that `homophily.analysis._estimators.blocks` eliminates exactly; what remains, the
other factors, X and y, is one dense matrix whose Cholesky factor holds every quantity of the likelihood, the
residual sum of squares in its last corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from homophily.analysis._estimators.blocks import Blocks, family

__all__ = ["Equations", "Solution"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Solution:
    """The equations solved at given relative standard deviations.

    Attributes:
        beta: Fixed effects, (p,).
        scatter: (X'V⁻¹X)⁻¹ for V in units of σ², (p, p).
        rss: Penalised residual sum of squares r²; σ² is estimated by r² / (n − p).
        logdet: log|V| + log|X'V⁻¹X|, V in units of σ².
        spread: ‖Z_k'P y‖² by factor, P the REML projection in units of 1/σ².
        trace: tr(Z_k'P Z_k) by factor; NaN where θ_k = 0.
    """

    beta: Array
    scatter: Array
    rss: float
    logdet: float
    spread: Array
    trace: Array


class Equations:
    """The cross-products of a data set, solved for any θ without touching its rows again.

    Args:
        y: Outcome, (n,).
        x: Fixed-effects design, (n, p), full column rank.
        codes: One array of level numbers 0 … q_k − 1 a factor, each (n,).
    """

    def __init__(self, y: Array, x: Array, codes: Sequence[Codes]) -> None:
        self.n, self.p = x.shape
        self.levels = [int(code.max()) + 1 for code in codes]
        outer, inside = family(codes)
        self.rest = [k for k in range(len(codes)) if k not in inside]
        self.q = sum(self.levels[k] for k in self.rest)
        dense = sparse.csr_array(np.column_stack([x, y]))
        columns = [_indicators(codes[k]) for k in self.rest]
        right = sparse.csr_array(sparse.hstack([*columns, dense]))
        self.gram = (right.T @ right).toarray()
        self.blocks = Blocks(codes, outer, inside, right)

    def deviance(self, theta: Array) -> float:
        """Profiled REML criterion, −2 log likelihood; infinite where it cannot be evaluated."""
        factored = self._factor(theta)
        if factored is None:
            return float("inf")
        factor, logdet = factored
        return self._criterion(logdet, float(factor[-1, -1] ** 2))

    def deviance_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """Profiled REML criterion and its derivative with respect to θ."""
        solution = self.solve(theta)
        if solution is None:
            return float("inf"), np.zeros_like(theta)
        slope = np.where(theta > 0, solution.trace, 0.0) - solution.spread * (self.n - self.p) / solution.rss
        return self._criterion(solution.logdet, solution.rss), np.where(theta > 0, 2 * theta * slope, 0.0)

    def solve(self, theta: Array) -> Solution | None:
        """Every quantity of the likelihood at θ; None where the equations are singular."""
        factored = self._factor(theta)
        if factored is None:
            return None
        factor, logdet = factored
        inner = np.asfortranarray(factor[:-1, :-1])
        solved = linalg.solve_triangular(inner, factor[-1, :-1], lower=True, trans=1, check_finite=False)
        inverse, _ = linalg.lapack.dpotri(inner, lower=1)
        # What is left of the cross-products once the fit is taken away: Z'P y for every level at once.
        scale = self._scale(theta)
        left = np.concatenate([-scale[:-1] * solved, [1.0]])
        roots = self._roots(theta, left[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            traces = (np.array(self.levels) - self._traces(theta, inverse, scale[:-1])) / theta**2
        return Solution(
            beta=solved[self.q :],
            scatter=_full(inverse[self.q :, self.q :]),
            rss=float(factor[-1, -1] ** 2),
            logdet=logdet,
            spread=np.array([float(np.sum(root**2)) for root in roots]),
            trace=np.where(theta > 0, traces, np.nan),
        )

    def sensitivity(self, theta: Array, scatter: Array) -> list[Array]:
        """The derivative of (X'V⁻¹X)⁻¹ with respect to each θ_k², V in units of σ²; each (p, p)."""
        q, p = self.q, self.p
        random: Array = np.zeros((q, p))
        factored = self._factor(theta)
        if q and factored is not None:
            factor = factored[0]
            random = linalg.solve_triangular(factor[:q, :q], factor[q:-1, :q].T, lower=True, trans=1)
        left = np.vstack([-self._scale(theta)[:q, None] * random, np.eye(p), np.zeros((1, p))])
        return [(root @ scatter).T @ (root @ scatter) for root in self._roots(theta, left)]

    def _roots(self, theta: Array, left: Array) -> list[Array]:
        """Z_k'V⁻¹ of what `left` combines of the dense columns, its best fit included, by factor."""
        inside, taken = self.blocks.remainders(theta, left)
        below = (self.gram @ left)[: self.q] - self.blocks.pull(taken)[: self.q]
        place = 0
        for k in self.rest:
            inside[k] = below[place : place + self.levels[k]]
            place += self.levels[k]
        return [inside[k] for k in range(theta.size)]

    def _traces(self, theta: Array, inverse: Array, scale: Array) -> Array:
        """The trace of each factor's block of the inverse equations."""
        traces = self.blocks.traces(theta, inverse, scale)
        place = 0
        for k in self.rest:
            traces[k] = float(np.diag(inverse)[place : place + self.levels[k]].sum())
            place += self.levels[k]
        return np.array([traces[k] for k in range(theta.size)])

    def _scale(self, theta: Array) -> Array:
        return np.concatenate([*(np.full(self.levels[k], theta[k]) for k in self.rest), np.ones(self.p + 1)])

    def _factor(self, theta: Array) -> tuple[Array, float] | None:
        """Cholesky factor of what remains, and log|V| + log|X'V⁻¹X|; None where it is singular."""
        scale = self._scale(theta)
        eliminated, logdet = self.blocks.eliminate(theta)
        schur = self.gram - eliminated
        schur *= scale
        schur *= scale[:, None]
        schur[np.arange(self.q), np.arange(self.q)] += 1.0
        try:
            factor = linalg.cholesky(schur, lower=True, overwrite_a=True, check_finite=False)
        except linalg.LinAlgError:
            return None
        return factor, logdet + float(2 * np.log(np.diag(factor)[:-1]).sum())

    def _criterion(self, logdet: float, rss: float) -> float:
        freedom = self.n - self.p
        return float(logdet + freedom * (1.0 + np.log(2 * np.pi * rss / freedom)))


def _indicators(codes: Codes) -> sparse.csr_array:
    rows = np.arange(codes.size)
    return sparse.csr_array((np.ones(codes.size), (rows, codes)))


def _full(lower: Array) -> Array:
    below: Array = np.tril(lower)
    return below + np.tril(below, -1).T
