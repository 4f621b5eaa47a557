"""Intervals of variance components and of their shares of the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from homophily.analysis._estimators.equations import Equations
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.reml import Fit

__all__ = ["Component", "intervals"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Component:
    """One variance component.

    Attributes:
        variance: With its interval.
        share: Of the total variance, with its interval.
    """

    variance: Interval
    share: Interval


def intervals(fit: Fit, *, profile: bool = True, level: float = 0.95) -> dict[str, Component]:
    """Intervals for each variance component of a fit, ``residual`` last.

    Variances: by profile likelihood, the values that a likelihood-ratio test would not reject (its lower end
    is 0 where 0 is not rejected); otherwise by the Satterthwaite chi-square on the asymptotic variance.
    Shares: by the delta method on the logit; a share on the boundary has the upper end that its variance has.

    Args:
        fit: A REML fit.
        profile: Whether to profile; costs some hundred evaluations of the likelihood.
        level: Coverage.
    """
    estimates = np.array(list(fit.variances.values()))
    total = float(estimates.sum())
    found = {}
    for place, name in enumerate(fit.variances):
        bounds = (
            _profile(fit, place, level)
            if profile
            else _chi_square(estimates[place], float(fit.variance_covariance[place, place]), level)
        )
        variance = Interval(float(estimates[place]), *bounds)
        found[name] = Component(variance, _share(fit, place, estimates, total, variance, level))
    return found


def _chi_square(estimate: float, spread: float, level: float) -> tuple[float, float]:
    if not np.isfinite(spread) or estimate <= 0:
        return 0.0, float("nan")
    df = 2 * estimate**2 / spread
    ends = df * estimate / stats.chi2.ppf(np.array([0.5 + level / 2, 0.5 - level / 2]), df)
    return float(ends[0]), float(ends[1])


def _share(
    fit: Fit, place: int, estimates: Array, total: float, variance: Interval, level: float
) -> Interval:
    share = float(estimates[place] / total)
    gradient = -estimates[place] / total**2 + (np.arange(estimates.size) == place) / total
    free = np.isfinite(np.diag(fit.variance_covariance))
    if not free[place] or not 0 < share < 1:
        return Interval(share, 0.0, variance.high / (variance.high + total))
    covariance = fit.variance_covariance[np.ix_(free, free)]
    spread = float(gradient[free] @ covariance @ gradient[free])
    if spread < 0:  # on a handful of ratings the curvature at the optimum need not be positive
        return Interval(share, float("nan"), float("nan"))
    se = float(np.sqrt(spread)) / (share * (1 - share))
    half = float(stats.norm.ppf(0.5 + level / 2)) * se
    logit = np.log(share / (1 - share))
    low, high = 1 / (1 + np.exp(-(logit + np.array([-half, half]))))
    return Interval(share, float(low), float(high))


def _profile(fit: Fit, place: int, level: float) -> tuple[float, float]:
    """Where the deviance, minimised over all else, has risen by the chi-square quantile."""
    equations, threshold = fit.equations, float(stats.chi2.ppf(level, 1))
    start = np.append(fit.theta, np.log(fit.variances["residual"]))
    here = list(fit.variances.values())[place]
    floor = _deviance(start, equations)[0]

    def excess(sd: float) -> float:
        return _best(equations, place, sd**2, start) - floor - threshold

    sd = float(np.sqrt(here))
    reach = max(sd, 0.1 * float(np.sqrt(sum(fit.variances.values()))))
    high = sd + 0.5 * reach
    while excess(high) < 0:
        high = sd + 2 * (high - sd)
    upper = optimize.brentq(excess, sd, high, xtol=2e-3 * reach)
    lowest = 1e-3 * sd
    if sd == 0 or excess(lowest) < 0:
        return 0.0, float(upper**2)
    return float(optimize.brentq(excess, lowest, sd, xtol=2e-3 * reach) ** 2), float(upper**2)


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
