"""Reliability of forms: planted in answers, found by level, with intervals that cover."""

import numpy as np
import pandas as pd
import pytest

from homophily.analysis._estimators.reliability import alpha, omega
from homophily.analysis.reliability import reliability
from homophily.errors import DataError
from tests.analysis.by_hand import line

LOADINGS = np.array([0.9, 0.7, 0.5])
WITHIN = np.outer(LOADINGS, LOADINGS) + np.diag([0.3, 0.6, 0.5])
BETWEEN = 0.4 * np.ones((3, 3)) + np.diag([0.1, 0.1, 0.1])


def answers(rng: np.random.Generator, people: int, agents: int = 5) -> dict[str, pd.DataFrame]:
    """Three items of a form about each agent; the second is turned."""
    rows = []
    for person in range(people):
        own = rng.multivariate_normal(np.zeros(3), BETWEEN)
        for agent in range(agents):
            given = own + rng.multivariate_normal(np.zeros(3), WITHIN)
            for item, value in enumerate(given, 1):
                rows.append(
                    {
                        "session": f"p{person:03}",
                        "path": f"mission-{agent}/trust/form/{item}",
                        "item": f"form/{item}",
                        "measures": "trust.skill" if item < 3 else "trust.will",
                        "reverse": item == 2,
                        "partner": f"agent-{agent}",
                        "number": 8 - value if item == 2 else value,
                    }
                )
    return {"answers": pd.DataFrame(rows)}


def test_what_was_planted_is_found_at_its_level() -> None:
    found = reliability(answers(np.random.default_rng(1), 2000), draws=50).estimates
    for level, truth in (("within people", WITHIN), ("between people", BETWEEN)):
        for term, measure in (("alpha", alpha), ("omega", omega)):
            row = line(found, term=term, outcome="trust", variance=level)
            assert row["estimate"] == pytest.approx(float(measure(truth)), abs=0.02)
            assert row["n"] == 2000


def test_facets_of_two_items_have_alpha_alone_and_of_one_nothing() -> None:
    found = reliability(answers(np.random.default_rng(2), 30), draws=50).estimates
    assert set(found["outcome"]) == {"trust", "trust.skill"}
    assert set(found[found["outcome"] == "trust.skill"]["term"]) == {"alpha"}


def test_intervals_cover() -> None:
    rng = np.random.default_rng(3)
    truth = {"within people": float(alpha(WITHIN)), "between people": float(alpha(BETWEEN))}
    held = dict.fromkeys(truth, 0)
    for trial in range(100):
        found = reliability(answers(rng, 60), draws=150, seed=trial).estimates
        for level, value in truth.items():
            row = line(found, term="alpha", outcome="trust", variance=level)
            held[level] += row["low"] <= value <= row["high"]
    assert min(held.values()) >= 86  # of a binomial(100, .95) fewer come once in ten thousand


def test_ratings_that_lack_an_item_are_left_out_and_told() -> None:
    tables = answers(np.random.default_rng(4), 10)
    tables["answers"].loc[[0, 40], "number"] = np.nan
    finding = reliability(tables, draws=50)
    assert any("2 of 50 ratings lack an item" in text for text in finding.warnings)


def test_too_few_people_are_said() -> None:
    finding = reliability(answers(np.random.default_rng(5), 2), draws=50)
    assert any("three are the least" in text for text in finding.warnings)


def test_without_a_form_of_several_items_nothing_is_claimed() -> None:
    tables = answers(np.random.default_rng(6), 5)
    one = tables["answers"][tables["answers"]["item"] == "form/1"]
    with pytest.raises(DataError, match="two items"):
        reliability({"answers": one})
