"""Places in the row and the agent before."""

import pandas as pd
import pytest
from scipy import stats

from homophily.analysis.carry_over import carry_over
from tests.analysis.by_hand import line
from tests.analysis.teams import simulated


def test_an_agent_before_and_a_place_are_found_where_they_are() -> None:
    found = carry_over(simulated(n=300, carry=-0.1, rounded=False), outcomes=("trust",)).estimates
    before = line(found, term="agent before, per level")
    assert before["low"] < -0.1 < before["high"] < 0
    found = carry_over(simulated(n=300, position=0.1, rounded=False), outcomes=("trust",)).estimates
    place = line(found, term="position, per place")
    assert place["low"] < 0.1 < place["high"]
    assert line(found, term="any position")["p"] < 0.001


def test_the_first_agent_has_none_before_it() -> None:
    tables = simulated(n=20)
    found = carry_over(tables, outcomes=("trust",)).estimates
    assert line(found, term="agent before, per level")["n"] == 80
    assert line(found, term="position, per place")["n"] == 100


def test_after_a_gap_nobody_knows_who_came_before() -> None:
    rows = simulated(n=20)["ratings"]
    less = rows[rows["position"] != 3]
    assert (
        line(carry_over({"ratings": less}, outcomes=("trust",)).estimates, term="agent before, per level")[
            "n"
        ]
        == 40
    )


def test_a_test_counts_the_places_it_compares() -> None:
    row = line(carry_over(simulated(n=40), outcomes=("trust",)).estimates, term="any position")
    assert row["df"] == 4
    assert row["p"] == pytest.approx(stats.chi2.sf(row["estimate"], 4))


def test_sequences_are_compared_over_people() -> None:
    tables = simulated(n=40)
    row = line(carry_over(tables, outcomes=("trust",)).estimates, term="any sequence")
    people = tables["ratings"].groupby("participant")[["trust", "sequence"]].mean()
    theirs = stats.f_oneway(*(part["trust"] for _, part in people.groupby("sequence")))
    assert (row["estimate"], row["p"]) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    assert (row["df"], row["n"]) == (9, 40)


def test_an_unfinished_row_is_borne() -> None:
    rows = simulated(n=12)["ratings"]
    early = pd.concat([rows[rows["position"] == 1], rows[rows["participant"] == rows["participant"].iloc[0]]])
    finding = carry_over({"ratings": early.drop_duplicates(["participant", "level"])}, outcomes=("trust",))
    assert "agent before, per level" not in set(finding.estimates["term"])
