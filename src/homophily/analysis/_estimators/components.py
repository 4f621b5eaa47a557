"""Intervals of variance components and of their shares of the total."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.profile import profile as profiled
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
        profile: Whether to profile; costs some ten evaluations of the likelihood an end.
        level: Coverage.
    """
    estimates = np.array(list(fit.variances.values()))
    total = float(estimates.sum())
    found = {}
    for place, name in enumerate(fit.variances):
        bounds = (
            profiled(fit, place, level)
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
