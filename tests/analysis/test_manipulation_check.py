"""Whether designed similarity is noticed."""

import numpy as np
import pytest

from homophily.analysis._estimators.page import page
from homophily.analysis.manipulation_check import manipulation_check
from tests.analysis.by_hand import line
from tests.analysis.teams import ratings, simulated


def test_trend_and_means_are_students_over_people() -> None:
    tables = simulated(n=30, rounded=False)
    wide = tables["ratings"].pivot(index="participant", columns="level", values="similarity_rated").to_numpy()
    found = manipulation_check(tables, draws=100).estimates
    assert line(found, term="mean", level=2)["estimate"] == pytest.approx(wide[:, 1].mean())
    each = wide @ np.arange(-2, 3) / 10
    assert line(found, term="linear trend")["estimate"] == pytest.approx(each.mean())
    ordered = page(wide.round(9))
    assert line(found, term="Page's L")["p"] == pytest.approx(ordered.p)
    assert line(found, term="Page's L")["n"] == 30


def test_attained_similarity_is_used_where_it_was_recorded() -> None:
    tables = simulated(n=30)
    found = manipulation_check(tables, draws=50).estimates
    steps = line(found, term="linear trend"), line(found, term="trend over attained similarity")
    assert steps[1]["estimate"] == pytest.approx(2 * steps[0]["estimate"], rel=0.05)
    less = {"ratings": tables["ratings"].drop(columns="similarity_designed")}
    assert "trend over attained similarity" not in set(manipulation_check(less, draws=50).estimates["term"])


def test_levels_that_nobody_tells_apart_are_said() -> None:
    finding = manipulation_check(ratings([[4] * 5, [3] * 5, [5] * 5], [[1, 2, 3, 4, 5]] * 3), draws=50)
    assert any("nobody told any two" in text for text in finding.warnings)
    assert finding.text.startswith("Mean rated similarity goes from 4.00 for the least to 4.00")
