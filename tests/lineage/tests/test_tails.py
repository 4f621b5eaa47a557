"""Tails and combinations of p-values: against enumeration, scipy and simulation, and never zero."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
from scipy import stats

from homophily.lineage.tests import bonferroni, fisher, harmonic, spearman, stouffer


@pytest.mark.parametrize("n", [7, 8])
def test_spearman_is_near_the_exact_tail_of_few(n: int) -> None:
    places = np.arange(n)
    found = np.sort([np.corrcoef(places, order)[0, 1] for order in permutations(range(n))])
    for rho in (0.1, 0.4, 0.7):
        exact = (found >= rho - 1e-9).mean()
        assert 10 ** spearman(rho, n) == pytest.approx(exact, rel=0.35)


@pytest.mark.parametrize(("rho", "n"), [(0.0, 50), (0.3, 50), (-0.4, 20), (0.8, 100), (0.05, 5000)])
def test_spearman_equals_student(rho: float, n: int) -> None:
    t = rho * math.sqrt((n - 2) / (1 - rho**2))
    assert 10 ** spearman(rho, n) == pytest.approx(stats.t.sf(t, n - 2), rel=1e-9)


def test_far_tails_are_finite_continuous_and_fall() -> None:
    seen = [spearman(rho, 2000) for rho in np.linspace(0.5, 1, 200)]
    assert np.isfinite(seen).all()
    assert (np.diff(seen) <= 0).all()
    assert spearman(1.0, 2000) == pytest.approx(-math.lgamma(2001) / math.log(10))
    # On both sides of where the plain incomplete beta function leaves off: the logarithm has no step.
    assert np.abs(np.diff([spearman(rho, 2000) for rho in np.linspace(0.68, 0.75, 200)], 2)).max() < 0.05


def test_combinations_equal_scipys() -> None:
    ps = np.random.default_rng(1).uniform(size=12)
    logs = list(np.log10(ps))
    assert 10 ** fisher(logs) == pytest.approx(stats.combine_pvalues(ps, "fisher").pvalue)
    assert 10 ** stouffer(logs) == pytest.approx(stats.combine_pvalues(ps, "stouffer").pvalue)
    assert fisher([-400.0, -300.0]) == pytest.approx(-700 + math.log10(1 + 700 * math.log(10)))
    assert -math.inf < stouffer([-4000.0, -0.1]) < -1000
    assert fisher([]) == stouffer([]) == bonferroni([]) == harmonic([]) == 0


def test_what_holds_under_dependence_holds_for_copies_and_for_correlated() -> None:
    rng = np.random.default_rng(2)
    for rho in (0.0, 0.7, 1.0):
        z = math.sqrt(rho) * rng.normal(size=(4000, 1)) + math.sqrt(1 - rho) * rng.normal(size=(4000, 7))
        logs = np.log10(stats.norm.sf(z))
        for combine in (bonferroni, harmonic):
            rejected = np.mean([combine(list(row)) <= math.log10(0.05) for row in logs])
            assert rejected <= 0.06
