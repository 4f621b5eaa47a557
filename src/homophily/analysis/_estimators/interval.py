"""Intervals: an estimate with its 95 % bounds and two-sided p."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

__all__ = ["Interval", "fisher", "wald"]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, its bounds, and the p value of the hypothesis that the truth is 0.

    Attributes:
        estimate: The point estimate.
        low: Lower bound.
        high: Upper bound.
        p: Two-sided p; NaN where none is computed.
    """

    estimate: float
    low: float
    high: float
    p: float = float("nan")


def wald(estimate: float, se: float, df: float = np.inf, level: float = 0.95) -> Interval:
    """Estimate ± t quantile × standard error."""
    half = float(stats.t.ppf(0.5 + level / 2, df)) * se
    p = float(2 * stats.t.sf(abs(estimate) / se, df)) if se > 0 else float("nan")
    return Interval(estimate, estimate - half, estimate + half, p)


def fisher(r: float, se: float, df: float = np.inf, level: float = 0.95) -> Interval:
    """Interval of a correlation-like quantity, symmetric in atanh(r), so that it stays within (−1, 1)."""
    if not abs(r) < 1:
        return Interval(r, r, r)
    z = wald(float(np.arctanh(r)), se / (1 - r * r), df, level)
    return Interval(r, float(np.tanh(z.low)), float(np.tanh(z.high)), z.p)
