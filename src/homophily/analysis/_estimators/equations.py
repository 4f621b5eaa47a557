"""Mixed-model equations of crossed random intercepts, the largest factor eliminated.

The model is y = Xβ + Σ_k Z_k u_k + e with u_k ~ N(0, σ²θ_k² I) and e ~ N(0, σ² I): θ_k is the relative
standard deviation of factor k (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1)). Factors may be
crossed or nested in any way. Each row belongs to one level of a factor, so the block of the factor with most
levels is diagonal and is eliminated exactly; what remains, the other factors, X and y, is one dense matrix
whose Cholesky factor holds every quantity of the likelihood, the residual sum of squares in its last corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

__all__ = ["Equations", "Solution"]

Array = NDArray[np.float64]
Codes = NDArray[np.intp]
_SIZES = 6  # products kept for at most this many different numbers of rows a level


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
        effects: Predicted random effects u_k by factor.
    """

    beta: Array
    scatter: Array
    rss: float
    logdet: float
    spread: Array
    trace: Array
    effects: tuple[Array, ...]


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
        self.order = sorted(range(len(codes)), key=lambda k: -self.levels[k])
        big, *rest = self.order
        self.rest, self.q = rest, sum(self.levels[k] for k in rest)
        dense = sparse.csr_array(np.column_stack([x, y]))
        right = sparse.hstack([*(_indicators(codes[k]) for k in rest), dense], format="csr")
        self.counts = np.bincount(codes[big], minlength=self.levels[big]).astype(float)
        self.cross = (_indicators(codes[big]).T @ right).tocsr()
        self.gram = (right.T @ right).toarray()
        # Levels with equally many rows have equal weights: their products are taken once and for all.
        sizes, self._size = np.unique(self.counts, return_inverse=True)
        self._products: Array | None = None
        if sizes.size <= _SIZES:
            parts = [self.cross[self._size == place] for place in range(sizes.size)]
            self._products = np.stack([(part.T @ part).toarray() for part in parts])

    def deviance(self, theta: Array) -> float:
        """Profiled REML criterion, −2 log likelihood; infinite where it cannot be evaluated."""
        factor = self._factor(theta)
        if factor is None:
            return float("inf")
        return self._criterion(self._logdet(theta, factor), float(factor[-1, -1] ** 2))

    def deviance_and_gradient(self, theta: Array) -> tuple[float, Array]:
        """Profiled REML criterion and its derivative with respect to θ."""
        solution = self.solve(theta)
        if solution is None:
            return float("inf"), np.zeros_like(theta)
        slope = np.where(theta > 0, solution.trace, 0.0) - solution.spread * (self.n - self.p) / solution.rss
        return self._criterion(solution.logdet, solution.rss), np.where(theta > 0, 2 * theta * slope, 0.0)

    def solve(self, theta: Array) -> Solution | None:
        """Every quantity of the likelihood at θ; None where the equations are singular."""
        factor = self._factor(theta)
        if factor is None:
            return None
        q = self.q
        inner = np.asfortranarray(factor[:-1, :-1])
        solved = linalg.solve_triangular(inner, factor[-1, :-1], lower=True, trans=1, check_finite=False)
        inverse, _ = linalg.lapack.dpotri(inner, lower=1)
        # What is left of the cross-products once the fit is taken away: Z'P y for every level at once.
        left = np.concatenate([-self._scale(theta)[:-1] * solved, [1.0]])
        big, weight = self._big(theta)
        remainder = self.cross @ left
        effect = np.asarray(theta[big] * remainder * weight)
        spread = np.empty(theta.size)  # ‖Z_k'P y‖²
        effects: list[Array] = [np.empty(0)] * theta.size
        spread[big] = np.sum((remainder * weight) ** 2)
        effects[big] = theta[big] * effect
        below = self.gram[:q] @ left - self.cross[:, :q].T @ (theta[big] * effect)
        place = 0
        for k in self.rest:
            part = slice(place, place + self.levels[k])
            spread[k], effects[k] = np.sum(below[part] ** 2), theta[k] * solved[part]
            place += self.levels[k]
        return Solution(
            beta=solved[q:],
            scatter=_full(inverse[q:, q:]),
            rss=float(factor[-1, -1] ** 2),
            logdet=self._logdet(theta, factor),
            spread=spread,
            trace=self._trace(theta, inverse),
            effects=tuple(effects),
        )

    def sensitivity(self, theta: Array, scatter: Array) -> list[Array]:
        """The derivative of (X'V⁻¹X)⁻¹ with respect to each θ_k², V in units of σ²; each (p, p)."""
        q, p = self.q, self.p
        random: Array = np.zeros((q, p))
        factor = self._factor(theta)
        if q and factor is not None:
            random = linalg.solve_triangular(factor[:q, :q], factor[q:-1, :q].T, lower=True, trans=1)
        left = np.vstack([-self._scale(theta)[:q, None] * random, np.eye(p)])
        big, weight = self._big(theta)
        within = (self.cross[:, :-1] @ left) * weight[:, None]
        below = self.gram[:q, :-1] @ left - self.cross[:, :q].T @ (theta[big] ** 2 * within)
        roots: dict[int, Array] = {big: within}
        place = 0
        for k in self.rest:
            roots[k] = below[place : place + self.levels[k]]
            place += self.levels[k]
        return [(roots[k] @ scatter).T @ (roots[k] @ scatter) for k in range(theta.size)]

    def _big(self, theta: Array) -> tuple[int, Array]:
        big = self.order[0]
        return big, 1.0 / (1.0 + theta[big] ** 2 * self.counts)

    def _scale(self, theta: Array) -> Array:
        return np.concatenate([*(np.full(self.levels[k], theta[k]) for k in self.rest), np.ones(self.p + 1)])

    def _factor(self, theta: Array) -> Array | None:
        big, weight = self._big(theta)
        scale = self._scale(theta)
        schur = self.gram - self._eliminated(theta[big] ** 2 * weight)
        schur *= scale
        schur *= scale[:, None]
        schur[np.arange(self.q), np.arange(self.q)] += 1.0
        try:
            factor: Array = linalg.cholesky(schur, lower=True, overwrite_a=True, check_finite=False)
        except linalg.LinAlgError:
            return None
        return factor

    def _eliminated(self, weight: Array) -> Array:
        """C' diag(weight) C for the cross-products C of the largest factor with all else, (m, m)."""
        if self._products is None:
            return np.asarray((self.cross.T @ self.cross.multiply(weight[:, None]).tocsr()).toarray())
        by_size = np.zeros(len(self._products))
        by_size[self._size] = weight
        return np.asarray(np.tensordot(by_size, self._products, axes=1))

    def _logdet(self, theta: Array, factor: Array) -> float:
        _, weight = self._big(theta)
        return float(2 * np.log(np.diag(factor)[:-1]).sum() - np.log(weight).sum())

    def _criterion(self, logdet: float, rss: float) -> float:
        freedom = self.n - self.p
        return float(logdet + freedom * (1.0 + np.log(2 * np.pi * rss / freedom)))

    def _trace(self, theta: Array, inverse: Array) -> Array:
        """tr(Z_k'P Z_k) = (q_k − tr C_kk) / θ_k², C the inverse of the equations."""
        big, weight = self._big(theta)
        scale = self._scale(theta)[:-1]
        pull = inverse * self._eliminated((theta[big] * weight) ** 2)[:-1, :-1]
        traces = np.empty(theta.size)
        # Only the lower half of the inverse is filled.
        traces[big] = weight.sum() + 2 * scale @ pull @ scale - np.diag(pull) @ scale**2
        place = 0
        for k in self.rest:
            traces[k] = np.diag(inverse)[place : place + self.levels[k]].sum()
            place += self.levels[k]
        with np.errstate(divide="ignore", invalid="ignore"):
            result: Array = np.where(theta > 0, (np.array(self.levels) - traces) / theta**2, np.nan)
        return result


def _indicators(codes: Codes) -> sparse.csr_array:
    rows = np.arange(codes.size)
    return sparse.csr_array((np.ones(codes.size), (rows, codes)))


def _full(lower: Array) -> Array:
    below: Array = np.tril(lower)
    return below + np.tril(below, -1).T
