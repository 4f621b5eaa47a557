"""Tails of null distributions and combinations of p-values, as logarithms to base 10: never p = 0."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

__all__ = ["COMBINATIONS", "bonferroni", "fisher", "harmonic", "spearman", "stouffer"]
__references__ = ("fisher1932", "vovk2020")

_LN10 = math.log(10)


def spearman(rho: float, n: int) -> float:
    """The one-sided tail of Spearman's rank correlation between two independent orders of `n` things.

    Student's tail with n − 2 degrees of freedom, the usual approximation from n = 10 on, written as the
    incomplete beta function so that its logarithm exists where p itself is below the smallest float. No
    permutation can be rarer than one in n!: that is the floor, which a perfect correlation reaches exactly.

    Args:
        rho: The correlation, −1 to 1.
        n: Things ranked; below 3 nothing can be said and p is 1.
    """
    if n < 3 or not math.isfinite(rho):
        return 0.0
    floor = -math.lgamma(n + 1)
    half = n / 2 - 1
    return max(_log_beta_tail((1 - min(rho, 1.0)) / 2, half), floor) / _LN10


def fisher(log10_ps: Sequence[float]) -> float:
    """Fisher's (1932) combination of independent p-values; exact: its χ² tail is a Poisson sum."""
    from scipy.special import gammaln, logsumexp

    if not log10_ps:
        return 0.0
    half = -sum(log10_ps) * _LN10
    if half <= 0:
        return 0.0
    terms = np.arange(len(log10_ps))
    return min(0.0, float(logsumexp(terms * math.log(half) - gammaln(terms + 1)) - half) / _LN10)


def stouffer(log10_ps: Sequence[float]) -> float:
    """Stouffer's combination of independent p-values: their normal scores added and rescaled."""
    from scipy.special import log_ndtr, ndtri_exp

    if not log10_ps:
        return 0.0
    # ndtri_exp(0) is infinite: a p of 1 is taken as the largest below it.
    scores = ndtri_exp(np.minimum(np.asarray(log10_ps, float) * _LN10, -1e-16))
    return float(log_ndtr(scores.sum() / math.sqrt(len(log10_ps)))) / _LN10


def harmonic(log10_ps: Sequence[float]) -> float:
    """The harmonic mean of p-values, valid under any dependence by its factor e · ln k.

    Vovk and Wang, *Combining p-values via averaging* (Biometrika 2020), for r = −1; for two values the factor
    is 2.
    """
    from scipy.special import logsumexp

    if len(log10_ps) < 2:
        return float(sum(log10_ps))
    mean = math.log(len(log10_ps)) - float(logsumexp(-np.asarray(log10_ps, float) * _LN10))
    factor = max(2.0, math.e * math.log(len(log10_ps)))
    return min(0.0, (mean + math.log(factor)) / _LN10)


def bonferroni(log10_ps: Sequence[float]) -> float:
    """The smallest p-value times their number, valid under any dependence."""
    if not log10_ps:
        return 0.0
    return min(0.0, min(log10_ps) + math.log10(len(log10_ps)))


#: Ways of combining layers: the first two for independent ones, the third for any.
COMBINATIONS = {"fisher": fisher, "stouffer": stouffer, "harmonic": harmonic}


def _log_beta_tail(x: float, a: float) -> float:
    """Logarithm of the regularised incomplete beta function I_x(a, a)."""
    from scipy.special import betainc, betaln

    if x <= 0:
        return -math.inf
    plain = float(betainc(a, a, x))
    if plain > 1e-280:
        return math.log(plain)
    # I_x(a, b) = x^a (1 − x)^b / (a B(a, b)) · Σ_k (a + b)_k / (a + 1)_k x^k; here x is far below a half.
    k = np.arange(4000)
    series = np.cumprod(np.concatenate(([1.0], (2 * a + k) / (a + 1 + k) * x)))
    return float(a * math.log(x) + a * math.log1p(-x) - math.log(a) - betaln(a, a) + math.log(series.sum()))
