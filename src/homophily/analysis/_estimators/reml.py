"""Linear mixed models with crossed or nested random intercepts, by restricted maximum likelihood.

Fixed effects carry Satterthwaite degrees of freedom (Kuznetsova, Brockhoff & Christensen 2017, J. Stat.
Softw. 82(13)): for a contrast l, df = 2f² / g'Ag with f = l'Var(β̂)l, g its derivative by the variance
parameters and A their asymptotic covariance, twice the inverse Hessian of the REML deviance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, stats

from homophily.analysis._estimators.equations import Equations, Solution
from homophily.errors import DataError

__all__ = ["Contrast", "Fit", "fit"]

Array = NDArray[np.float64]
_ZERO = 1e-4  # a relative sd below this is a variance of zero: its share of the total is under 1e-8


@dataclass(frozen=True, slots=True)
class Contrast:
    """A weighted sum of fixed effects, with its t test."""

    estimate: float
    se: float
    df: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted model.

    Attributes:
        beta: Fixed effects, (p,).
        covariance: Their covariance, (p, p).
        variances: Variance by factor, ``residual`` last.
        variance_covariance: Asymptotic covariance of `variances`; NaN for those on the boundary.
        singular: Factors whose variance is estimated at zero.
        converged: Whether the gradient vanishes and the Hessian is positive definite.
        warnings: What went wrong, in words.
        deviance: −2 restricted log likelihood.
        n: Rows.
        levels: Number of levels by factor.
        equations: The equations, for profiling.
        theta: Relative standard deviations at the optimum.
    """

    beta: Array
    covariance: Array
    variances: dict[str, float]
    variance_covariance: Array
    singular: tuple[str, ...]
    converged: bool
    warnings: tuple[str, ...]
    deviance: float
    n: int
    levels: dict[str, int]
    equations: Equations
    theta: Array
    _parameters: Array
    _jacobian: Array

    def contrast(self, weights: Array, level: float = 0.95) -> Contrast:
        """A contrast of the fixed effects with its Satterthwaite t interval and two-sided p.

        Args:
            weights: One a fixed effect, (p,).
            level: Coverage of the interval.
        """
        weights = np.asarray(weights, dtype=float)
        estimate = float(weights @ self.beta)
        variance = float(weights @ self.covariance @ weights)
        gradient = np.einsum("i,kij,j->k", weights, self._jacobian, weights)
        spread = float(gradient @ self._parameters @ gradient)
        df = 2 * variance**2 / spread if spread > 0 else float(self.n - self.beta.size)
        se = float(np.sqrt(variance))
        half = float(stats.t.ppf(0.5 + level / 2, df)) * se
        p = float(2 * stats.t.sf(abs(estimate) / se, df))
        return Contrast(estimate, se, df, estimate - half, estimate + half, p)


def fit(
    y: Array, x: Array, factors: Mapping[str, Sequence[object]], *, near: Mapping[str, float] | None = None
) -> Fit:
    """Fit y = Xβ + Σ_k Z_k u_k + e by REML.

    Args:
        y: Outcome, (n,), finite.
        x: Fixed-effects design, (n, p), of full column rank.
        factors: By name, the level of each row. Random intercepts are independent between and within factors.
        near: Variances of a similar model, ``residual`` among them: where the search begins.

    Raises:
        DataError: The outcome does not vary around the fixed effects, or no factor can be told from the
            residual.
    """
    y, x = np.asarray(y, dtype=float), np.asarray(x, dtype=float)
    _check(y, x)
    codes = {
        name: np.unique(np.asarray(level).astype(str), return_inverse=True)[1]
        for name, level in factors.items()
    }
    warnings = []
    for name, code in list(codes.items()):
        if code.max() + 1 in (1, y.size):
            what = "has a single level" if code.max() == 0 else "has one row a level, like the residual"
            warnings.append(f"random effect {name!r} left out: it {what}.")
            del codes[name]
    if not codes:
        raise DataError("no random effect can be told from the residual: " + " ".join(warnings))
    equations = Equations(y, x, list(codes.values()))
    theta = _minimise(equations, _begin(list(codes), near or {}))
    hessian, theta, decrement = _polish(equations, theta)
    return _assemble(equations, theta, hessian, decrement, list(codes), warnings)


def _check(y: Array, x: Array) -> None:
    if y.size <= x.shape[1] + 1:
        raise DataError(f"{y.size} rows are too few for {x.shape[1]} fixed effects and a variance.")
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    if residual @ residual <= 1e-16 * max(1.0, float(y @ y)):
        raise DataError("the outcome does not vary around the fixed effects: there is nothing to estimate.")


def _begin(names: Sequence[str], near: Mapping[str, float]) -> Array:
    """Relative standard deviations to begin with, all away from zero, where the search would stay."""
    if not {*names, "residual"} <= set(near):
        return np.full(len(names), 0.7)
    relative = np.sqrt([near[name] / near["residual"] for name in names])
    return np.asarray(np.maximum(relative, 0.1), dtype=float)


def _minimise(equations: Equations, start: Array) -> Array:
    """The optimum over θ ≥ 0; a start at zero would stay there, so each zero is tried again from outside."""
    for _ in range(1 + start.size):
        theta = optimize.minimize(
            equations.deviance_and_gradient,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, 1e4)] * start.size,
            options={"ftol": 1e-10, "gtol": 1e-3, "maxiter": 200},
        ).x
        theta = np.asarray(np.where(theta < _ZERO, 0.0, theta), dtype=float)
        best = equations.deviance(theta)
        outside = [np.where(np.arange(theta.size) == k, 0.03, theta) for k in np.flatnonzero(theta == 0)]
        better = [trial for trial in outside if equations.deviance(trial) < best - 1e-6]
        if not better:
            break
        start = np.where(better[0] == 0.03, 0.2, better[0])
    return np.asarray(theta)


def _polish(equations: Equations, theta: Array, steps: int = 4) -> tuple[Array, Array, float]:
    """Newton steps on (θ_1², …, θ_K², σ²) inside the boundary, with the Hessian of the first.

    Returns:
        Hessian of the deviance by the free variances and σ², (free + 1, free + 1); θ; and the last Newton
        decrement g'H⁻¹g, the fall in deviance still to be had (infinite if H is not positive definite).
    """
    free = np.flatnonzero(theta > 0)
    at = _solve(equations, theta)
    hessian = _hessian(equations, theta, free, at)
    try:
        factor = linalg.cho_factor(hessian)
    except linalg.LinAlgError:
        return hessian, theta, float("inf")
    for _ in range(steps):
        gradient = np.append(_gradient(at, _sigma2(equations, at))[free], 0.0)
        step = linalg.cho_solve(factor, gradient)
        decrement = float(gradient @ step)
        moved = theta[free] ** 2 - step[:-1]
        if decrement < 1e-7 or (moved <= 0).any():
            break
        trial = theta.copy()
        trial[free] = np.sqrt(moved)
        theta, at = trial, _solve(equations, trial)
    return hessian, theta, decrement


def _solve(equations: Equations, theta: Array) -> Solution:
    solution = equations.solve(theta)
    if solution is None:
        raise DataError(
            "the mixed-model equations are singular: outcome and terms leave nothing to estimate."
        )
    return solution


def _sigma2(equations: Equations, at: Solution) -> float:
    return float(at.rss / (equations.n - equations.p))


def _gradient(at: Solution, sigma2: float) -> Array:
    """Derivative of the unprofiled deviance by each relative variance θ_k²; NaN where it is zero."""
    return at.trace - at.spread / sigma2


def _hessian(equations: Equations, theta: Array, free: NDArray[np.intp], at: Solution) -> Array:
    """Second derivatives by the free relative variances (forward differences) and by σ² (exact)."""
    sigma2 = _sigma2(equations, at)
    hessian = np.empty((free.size + 1, free.size + 1))
    for column, k in enumerate(free):
        step = 1e-4 * theta[k] ** 2
        moved = theta.copy()
        moved[k] = np.sqrt(theta[k] ** 2 + step)
        change = _gradient(_solve(equations, moved), sigma2) - _gradient(at, sigma2)
        hessian[:-1, column] = change[free] / step
    hessian[:-1, :-1] = (hessian[:-1, :-1] + hessian[:-1, :-1].T) / 2
    hessian[-1, :-1] = hessian[:-1, -1] = at.spread[free] / sigma2**2
    hessian[-1, -1] = (equations.n - equations.p) / sigma2**2
    return hessian


def _assemble(
    equations: Equations,
    theta: Array,
    hessian: Array,
    decrement: float,
    names: list[str],
    warnings: list[str],
) -> Fit:
    free = np.flatnonzero(theta > 0)
    solution = _solve(equations, theta)
    sigma2 = _sigma2(equations, solution)
    converged = bool(np.isfinite(decrement) and decrement < 1e-3)
    if not converged:
        warnings.append("REML did not converge: its gradient does not vanish or its Hessian is not positive.")
    singular = tuple(names[k] for k in range(theta.size) if theta[k] == 0)
    parameters = np.asarray(2 * np.linalg.pinv(hessian), dtype=float)
    slopes = equations.sensitivity(theta, solution.scatter)
    jacobian = np.stack([*(sigma2 * slopes[k] for k in free), solution.scatter])
    # From relative to absolute variances: s_k = σ²θ_k².
    to_absolute = np.diag(np.append(np.full(free.size, sigma2), 1.0))
    to_absolute[:-1, -1] = theta[free] ** 2
    covariance = np.full((theta.size + 1,) * 2, np.nan)
    place = np.append(free, theta.size)
    covariance[np.ix_(place, place)] = to_absolute @ parameters @ to_absolute.T
    return Fit(
        beta=solution.beta,
        covariance=sigma2 * solution.scatter,
        variances={
            **{name: float(sigma2 * theta[k] ** 2) for k, name in enumerate(names)},
            "residual": sigma2,
        },
        variance_covariance=covariance,
        singular=singular,
        converged=converged,
        warnings=tuple(warnings),
        deviance=equations.deviance(theta),
        n=equations.n,
        levels=dict(zip(names, equations.levels, strict=True)),
        equations=equations,
        theta=theta,
        _parameters=parameters,
        _jacobian=jacobian,
    )
