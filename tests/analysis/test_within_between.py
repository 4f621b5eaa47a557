"""Slopes within and between people, kept apart."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from homophily.analysis.within_between import within_between
from tests.analysis.by_hand import line
from tests.analysis.teams import ratings, simulated


def crossed(seed: int = 1) -> dict[str, pd.DataFrame]:
    """Within people trust rises with similarity by 0.5; people who feel more alike trust less by 1."""
    rng = np.random.default_rng(seed)
    middle = np.linspace(2, 6, 12)[:, None]
    own = np.linspace(-1, 1, 5)
    return ratings(middle + own, 7 - middle + 0.5 * own + rng.normal(0, 0.1, (12, 5)))


def test_slopes_of_opposite_sign_are_both_found() -> None:
    found = within_between(crossed(), outcomes=("trust",)).estimates
    within, between = line(found, term="within"), line(found, term="between")
    assert within["low"] < 0.5 < within["high"]
    assert between["low"] < -1 < between["high"]
    assert line(found, term="contextual")["estimate"] == pytest.approx(
        between["estimate"] - within["estimate"]
    )


def test_what_people_differ_in_does_not_move_the_slope_within() -> None:
    tables = simulated(within=0.2, slope_sd=0.0)
    moved = tables["ratings"].copy()
    moved["similarity_rated"] += 3 * (pd.factorize(moved["participant"])[0] % 5)
    one, other = (
        within_between({"ratings": r}, outcomes=("trust",)).estimates for r in (tables["ratings"], moved)
    )
    assert line(other, term="within")["estimate"] == pytest.approx(
        line(one, term="within")["estimate"], abs=0.005
    )


def test_the_tests_are_those_of_the_models_compared() -> None:
    found = within_between(simulated(within=0.05), outcomes=("trust",)).estimates
    ratio = line(found, term="likelihood ratio, within slope")
    assert ratio["p"] == pytest.approx(stats.chi2.sf(ratio["estimate"], 1))
    t = line(found, term="within")
    assert np.sqrt(ratio["estimate"]) == pytest.approx(abs(stats.t.isf(t["p"] / 2, t["df"])), rel=0.05)
    varying = line(found, term="likelihood ratio, variance of the slope")
    expected = (stats.chi2.sf(varying["estimate"], 1) + stats.chi2.sf(varying["estimate"], 2)) / 2
    assert varying["p"] == pytest.approx(expected)


def test_r2_splits_the_variance_as_it_was_made() -> None:
    found = within_between(
        simulated(n=600, rounded=False, within=0.4, between=0.0), outcomes=("trust",)
    ).estimates
    inside = 0.5**2 * 2.5 + 0.8**2  # of similarity within people
    fixed = 0.4**2 * inside * 0.8  # a fifth of the five deviations is the person's mean
    persons, slopes, rest = 0.4**2, 0.1**2 * inside * 0.8, 0.5**2
    total = fixed + persons + slopes + rest
    assert line(found, term="R², marginal")["estimate"] == pytest.approx(fixed / total, abs=0.03)
    assert line(found, term="R², conditional")["estimate"] == pytest.approx(1 - rest / total, abs=0.03)


def test_a_slope_that_does_not_vary_is_said_and_done_without() -> None:
    own = np.linspace(-2, 2, 5)
    noise = np.tile([0.3, -0.6, 0.6, -0.6, 0.3], (10, 1))  # of no slope, the same in everybody
    finding = within_between(
        ratings(4 + np.tile(own, (10, 1)), np.linspace(1, 5, 10)[:, None] + 0.2 * own + noise),
        outcomes=("trust",),
    )
    assert any("one slope for all" in text for text in finding.warnings)
    assert line(finding.estimates, term="within")["estimate"] == pytest.approx(0.2)
    assert "variance[slope]" not in set(finding.estimates["term"])


def test_designed_similarity_has_no_slope_between_people() -> None:
    found = within_between(simulated(), similarity="similarity_designed", outcomes=("trust",))
    assert set(found.estimates["term"]).isdisjoint({"between", "contextual"})
    assert found.data is not None
    assert found.data["between"].isna().all()


def test_each_outcome_stands_alone() -> None:
    tables = simulated()
    tables["ratings"]["trust_risk"] = np.nan
    finding = within_between(tables)
    assert line(finding.estimates, outcome="trust_risk")["term"] == "not estimable"
    assert line(finding.estimates, outcome="trust", term="within")["estimate"] > 0.1
    assert any(text.startswith("trust_risk: ") for text in finding.warnings)


def test_a_persons_line_ends_where_its_ratings_do() -> None:
    data = within_between(crossed(), outcomes=("trust",)).data
    assert data is not None
    one = data[data["participant"] == "p3"]
    assert np.ptp(np.diff(one["own"]) / np.diff(one["similarity"])) == pytest.approx(0, abs=1e-9)
    assert one["own"].mean() == pytest.approx(one["rating"].mean(), abs=0.1)
