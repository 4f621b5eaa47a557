"""Friedman, Kendall and Wilcoxon over the five agents."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from homophily.analysis.designed_levels import designed_levels
from tests.analysis.by_hand import line
from tests.analysis.teams import ratings, simulated


def test_friedman_is_scipys_with_ties_and_w_follows_from_it() -> None:
    tables = simulated(n=30)
    wide = (
        tables["ratings"].pivot(index="participant", columns="level", values="trust_risk").to_numpy().round(9)
    )
    theirs = stats.friedmanchisquare(*wide.T)
    found = designed_levels(tables, outcomes=("trust_risk",), draws=200).estimates
    test, w = line(found, term="Friedman's χ²"), line(found, term="Kendall's W")
    assert (test["estimate"], test["p"]) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    assert w["estimate"] == pytest.approx(theirs.statistic / (30 * 4))
    assert w["low"] < w["estimate"] < w["high"]


def test_every_pair_is_wilcoxons_corrected_by_holm() -> None:
    tables = simulated(n=30, rounded=False)
    wide = tables["ratings"].pivot(index="participant", columns="level", values="trust")
    found = designed_levels(tables, outcomes=("trust",), draws=10).estimates
    pairs = found[found["term"] == "difference"]
    assert list(pairs["contrast"])[:3] == ["2 − 1", "3 − 1", "4 − 1"]
    p = [
        stats.wilcoxon(wide[b] - wide[a], method="exact").pvalue for a in range(1, 6) for b in range(a + 1, 6)
    ]
    assert pairs["p"].to_numpy() == pytest.approx(p)
    assert pairs["p_holm"].to_numpy() == pytest.approx(multipletests(p, method="holm")[1])


def test_full_agreement_of_all_people_is_one() -> None:
    same = [[1, 2, 3, 4, 5]] * 5
    found = designed_levels(ratings(same, same), outcomes=("trust",), draws=50).estimates
    assert line(found, term="Kendall's W")["estimate"] == pytest.approx(1)
    assert line(found, term="difference", contrast="5 − 1")["effect"] == 1


def test_people_who_lack_a_level_are_left_out_of_ranks_but_not_of_means() -> None:
    trust = [[1, 2, 3, 4, 5], [2, 1, 3, 4, 5], [1, 3, 2, 4, 5], [5, 5, np.nan, 5, 5]]
    finding = designed_levels(ratings(trust, trust), outcomes=("trust",), draws=50)
    assert line(finding.estimates, term="Friedman's χ²")["n"] == 3
    assert line(finding.estimates, term="mean", level=1)["estimate"] == 2.25
    assert any("1 of 4 people lack a level" in text for text in finding.warnings)
