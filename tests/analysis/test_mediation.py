"""Paths within people, against regressions with a constant for each person."""

import numpy as np
import pytest
import statsmodels.formula.api as smf

from homophily.analysis.mediation import mediation
from tests.analysis.by_hand import line
from tests.analysis.teams import ratings, simulated


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_paths_are_those_of_regressions_with_persons_as_dummies(missing: float) -> None:
    tables = simulated(n=30, missing=missing)
    frame = tables["ratings"].dropna(subset=["similarity_rated", "trust"])
    a = smf.ols("similarity_rated ~ level + C(participant)", frame).fit().params["level"]
    both = smf.ols("trust ~ level + similarity_rated + C(participant)", frame).fit().params
    total = smf.ols("trust ~ level + C(participant)", frame).fit().params["level"]
    found = mediation(tables, draws=50).estimates
    assert line(found, term="a")["estimate"] == pytest.approx(a)
    assert line(found, term="b")["estimate"] == pytest.approx(both["similarity_rated"])
    assert line(found, term="direct")["estimate"] == pytest.approx(both["level"])
    assert line(found, term="indirect")["estimate"] == pytest.approx(a * both["similarity_rated"])
    assert line(found, term="total")["estimate"] == pytest.approx(total)


def test_the_bootstrap_draws_people() -> None:
    tables = simulated(n=25, seed=3)
    found = mediation(tables, draws=400).estimates
    frame = tables["ratings"]
    names, rng, drawn = frame["participant"].unique(), np.random.default_rng(1), []
    parts = dict(tuple(frame.groupby("participant")))
    for _ in range(150):
        chosen = [parts[name] for name in rng.choice(names, len(names))]
        three = [np.concatenate([(p[c] - p[c].mean()).to_numpy() for p in chosen])
                 for c in ("level", "similarity_rated", "trust")]  # fmt: skip
        a = three[0] @ three[1] / (three[0] @ three[0])
        b = np.linalg.lstsq(np.column_stack(three[:2]), three[2], rcond=None)[0][1]
        drawn.append(a * b)
    row = line(found, term="indirect")
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (row["low"], row["high"]) == (pytest.approx(low, abs=0.025), pytest.approx(high, abs=0.025))


def test_the_share_is_told_only_of_a_total_that_is_surely_there() -> None:
    there = mediation(simulated(within=0.3), draws=200).estimates
    assert 0.5 < line(there, term="indirect by total")["estimate"] < 1.5
    absent = mediation(simulated(within=0.0, seed=2), draws=200).estimates
    assert "indirect by total" not in set(absent["term"])


def test_similarity_that_follows_the_level_exactly_has_no_path_of_its_own() -> None:
    level = [[1, 2, 3, 4, 5]] * 4
    finding = mediation(ratings(level, [[1, 3, 2, 4, 5]] * 4), draws=50)
    assert line(finding.estimates, term="not estimable")["outcome"] == "trust"
    assert "without exception" in finding.warnings[0]


def test_attained_similarity_may_be_the_cause() -> None:
    tables = simulated()
    levels, attained = (
        mediation(tables, cause=c, draws=50).estimates for c in ("level", "similarity_designed")
    )
    assert line(attained, term="a")["estimate"] == pytest.approx(
        2 * line(levels, term="a")["estimate"], rel=0.1
    )
