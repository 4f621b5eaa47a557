"""Profile-likelihood intervals of variances: where the deviance, minimised over all else, crosses a level.

Both ends are sought by Newton's method on end and nuisance parameters together, in standard deviations, where
the deviance is nearly a parabola (Venzon & Moolgavkar 1988, Appl. Statist. 37(1)); its Hessian is that of the
optimum, corrected by symmetric rank-one updates. Where that does not settle, or a variance reaches 0, the
end is bracketed and every point of the profile minimised on its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from homophily.analysis._estimators.equations import Equations
from homophily.analysis._estimators.reml import Fit

__all__ = ["profile"]

Array = NDArray[np.float64]
_STEPS = 15
_CLOSE = 2e-4  # of the deviance; an end is then off by under 0.01 % of the half interval


def profile(fit: Fit, place: int, level: float) -> tuple[float, float]:
    """The ends of a variance's interval; the lower one is 0 where 0 is not rejected.

    Args:
        fit: A REML fit.
        place: Which of its `variances`.
        level: Coverage.
    """
    threshold = float(stats.chi2.ppf(level, 1))
    upper = lower = None
    if fit.converged and list(fit.variances)[place] not in fit.singular:
        upper, lower = (_joint(fit, place, threshold, side) for side in (1.0, -1.0))
    if upper is None or lower is None:
        ends = _bracketed(fit, place, threshold, lower is None, upper is None)
        lower, upper = (ends[0] if lower is None else lower), (ends[1] if upper is None else upper)
    return lower, upper


def _joint(fit: Fit, place: int, threshold: float, side: float) -> float | None:
    """One end by joint Newton steps; None where they do not settle inside the boundary.

    With H the Hessian split into the variance held (k) and the nuisance parameters (n), D the deviance and g
    its gradient, the nuisance parameters' own Newton step lowers D by g_n'H_nn⁻¹g_n / 2, and the profile's
    slope is g_k − H_kn H_nn⁻¹ g_n. The root is taken of the square root of the excess, nearly a line.
    """
    start = np.sqrt(list(fit.variances.values()))
    free = np.flatnonzero(start > 0)  # variances at zero stay there, which is tested at the end
    k = int(np.searchsorted(free, place))
    others = np.arange(free.size) != k
    hessian, floor = _hessian(fit), _at(start, fit.equations)[0]
    try:
        along = np.linalg.solve(hessian, np.eye(free.size)[k])
    except np.linalg.LinAlgError:  # flat in some direction: the ends are bracketed instead
        return None
    if along[k] <= 0:
        return None
    step = side * np.sqrt(2 * threshold / along[k]) * along
    point, gradient = start.copy(), np.zeros(free.size)
    for _ in range(_STEPS):
        point[free] += step
        if (point[free] <= 1e-3 * start[free]).any():
            return None
        value, slopes = _at(point, fit.equations)
        hessian = _updated(hessian, step, slopes[free] - gradient)
        gradient = slopes[free]
        nuisance = hessian[np.ix_(others, others)]
        try:
            move, turn = np.linalg.solve(nuisance, np.stack([gradient[others], hessian[others, k]], axis=1)).T
        except np.linalg.LinAlgError:
            return None
        fall, slope = float(gradient[others] @ move) / 2, float(gradient[k] - hessian[k, others] @ move)
        excess = value - fall - floor
        if not (fall >= 0 and excess > 0 and side * slope > 0):
            return None
        if abs(excess - threshold) < _CLOSE and fall < _CLOSE:
            return float(point[place] ** 2) if _still_zero(point, value, fit.equations) else None
        held = (np.sqrt(threshold) - np.sqrt(excess)) * 2 * np.sqrt(excess) / slope
        step = np.empty(free.size)
        step[k], step[others] = held, -move - turn * held
    return None


def _still_zero(point: Array, value: float, equations: Equations) -> bool:
    """Whether no variance at zero would lower the deviance by leaving it."""
    for k in np.flatnonzero(point == 0):
        moved = point.copy()
        moved[k] = 0.03 * point[-1]
        if _at(moved, equations)[0] < value - 1e-6:
            return False
    return True


def _updated(hessian: Array, step: Array, change: Array) -> Array:
    """Symmetric rank-one update, left out where it would divide by next to nothing."""
    rest = change - hessian @ step
    scale = float(rest @ step)
    if abs(scale) < 1e-8 * float(np.linalg.norm(rest) * np.linalg.norm(step)):
        return hessian
    return np.asarray(hessian + np.outer(rest, rest) / scale)


def _hessian(fit: Fit) -> Array:
    """The deviance's Hessian at the optimum by the standard deviations above zero, the residual's last."""
    by_variance = 2 * np.linalg.pinv(fit._parameters)  # by θ_1², …, θ_K², σ²
    sigma = float(np.sqrt(fit.variances["residual"]))
    theta = fit.theta[fit.theta > 0]
    jacobian = np.diag(np.append(2 * theta / sigma, 2 * sigma))
    jacobian[:-1, -1] = -2 * theta**2 / sigma
    return np.asarray(jacobian.T @ by_variance @ jacobian)


def _at(spread: Array, equations: Equations) -> tuple[float, Array]:
    """The deviance and its gradient at standard deviations, the residual's last."""
    sigma = float(spread[-1])
    theta = spread[:-1] / sigma
    value, slope = _deviance(np.append(theta, 2 * np.log(sigma)), equations)
    return value, np.append(slope[:-1], 2 * slope[-1] - theta @ slope[:-1]) / sigma


def _bracketed(fit: Fit, place: int, threshold: float, lower: bool, upper: bool) -> tuple[float, float]:
    """The ends wanted, each found between two points; every point minimised over all else."""
    equations = fit.equations
    start = np.append(fit.theta, np.log(fit.variances["residual"]))
    here = list(fit.variances.values())[place]
    floor = _deviance(start, equations)[0]

    def excess(sd: float) -> float:
        return _best(equations, place, sd**2, start) - floor - threshold

    sd, high, low = float(np.sqrt(here)), float("nan"), 0.0
    reach = max(sd, 0.1 * float(np.sqrt(sum(fit.variances.values()))))
    if upper:
        high = sd + 0.5 * reach
        while excess(high) < 0:
            high = sd + 2 * (high - sd)
        high = float(optimize.brentq(excess, sd, high, xtol=2e-3 * reach))
    lowest = 1e-3 * sd
    if lower and sd > 0 and excess(lowest) >= 0:
        low = float(optimize.brentq(excess, lowest, sd, xtol=2e-3 * reach))
    return low**2, high**2


def _best(equations: Equations, place: int, variance: float, start: Array) -> float:
    """The least deviance with one variance held: over σ² and the other θ, or over θ alone."""
    residual = place == start.size - 1
    kept = np.arange(start.size) != place

    def objective(free: Array) -> tuple[float, Array]:
        point = np.empty(start.size)
        point[kept] = free
        point[place] = np.log(variance) if residual else np.sqrt(variance / np.exp(point[-1]))
        value, gradient = _deviance(point, equations)
        if not residual:
            # θ of the held factor moves with σ²: θ = s / σ, so dθ / dlogσ² = −θ / 2.
            gradient[-1] -= 0.5 * point[place] * gradient[place]
        return value, gradient[kept]

    bounds = [(0.0, 1e3)] * (start.size - 1) + [(start[-1] - 12, start[-1] + 12)]
    found = optimize.minimize(
        objective,
        start[kept],
        jac=True,
        method="L-BFGS-B",
        bounds=[bound for bound, used in zip(bounds, kept, strict=True) if used],
        options={"ftol": 1e-9, "gtol": 1e-4},
    )
    return float(found.fun)


def _deviance(point: Array, equations: Equations) -> tuple[float, Array]:
    """The unprofiled REML deviance at (θ, log σ²) and its gradient."""
    theta, sigma2 = point[:-1], float(np.exp(point[-1]))
    solution = equations.solve(theta)
    freedom = equations.n - equations.p
    if solution is None:
        return float("inf"), np.zeros(point.size)
    value = freedom * np.log(2 * np.pi * sigma2) + solution.logdet + solution.rss / sigma2
    inside = theta > 0
    slope = np.where(inside, solution.trace, 0.0) - solution.spread / sigma2
    by_theta = np.where(inside, 2 * theta * slope, 0.0)
    return float(value), np.append(by_theta, freedom - solution.rss / sigma2)
