"""The three twins of the slope within people."""

import numpy as np
import pytest

from homophily.analysis._estimators.ordinal import cumulative_logit
from homophily.analysis._estimators.repeated import repeated, spearmans
from homophily.analysis.trust_robust import trust_robust
from tests.analysis.by_hand import line
from tests.analysis.teams import ratings, simulated


def test_each_twin_is_its_estimators() -> None:
    tables = simulated(n=40)
    frame = tables["ratings"]
    x, y, person = (frame[name].to_numpy() for name in ("similarity_rated", "trust", "participant"))
    middle = frame.groupby("participant")["similarity_rated"].transform("mean").to_numpy()
    found = trust_robust(tables, outcomes=("trust",), draws=200).estimates
    r, df = repeated(x, y, person)
    row = line(found, term="repeated-measures correlation")
    assert (row["estimate"], row["p"], row["df"]) == (pytest.approx(r.estimate), pytest.approx(r.p), df)
    mean = line(found, term="mean Spearman correlation")
    assert mean["estimate"] == pytest.approx(np.nanmean(spearmans(x, y, person)))
    logit = cumulative_logit(np.column_stack([x - middle, middle]), y, person)
    assert line(found, term="log odds of more")["estimate"] == pytest.approx(logit.beta[0])


def test_the_bootstrap_is_over_people() -> None:
    tables = simulated(n=60)
    each = spearmans(*(tables["ratings"][n].to_numpy() for n in ("similarity_rated", "trust", "participant")))
    row = line(
        trust_robust(tables, outcomes=("trust",), draws=4000).estimates, term="mean Spearman correlation"
    )
    width = 2 * 1.96 * np.nanstd(each) / np.sqrt(np.isfinite(each).sum())
    assert row["high"] - row["low"] == pytest.approx(width, rel=0.06)


def test_people_who_answer_alike_throughout_have_no_ranks_and_are_said() -> None:
    flat = [[1, 2, 3, 4, 5]] * 4
    finding = trust_robust(
        ratings(flat, [[3] * 5, [1, 2, 3, 4, 5], [2, 1, 3, 4, 5], [1, 3, 2, 4, 5]]), outcomes=("trust",)
    )
    assert line(finding.estimates, term="mean Spearman correlation")["n"] == 3
    assert any("1 of 4 people have no rank correlation" in text for text in finding.warnings)


def test_a_perfect_order_has_no_ordinal_model_but_the_rest_stands() -> None:
    finding = trust_robust(ratings([[1, 2, 3, 4, 5]] * 4, [[1, 2, 3, 4, 5]] * 4), outcomes=("trust",))
    assert any("perfectly" in text for text in finding.warnings)
    assert line(finding.estimates, term="repeated-measures correlation")["estimate"] == pytest.approx(1)
