"""Consensus by round, counted by hand."""

import pytest

from homophily.analysis.consensus import consensus
from tests.analysis.by_hand import debate, line, tables


def test_shares_by_round() -> None:
    found = consensus(
        tables(
            debate("d1", "a b", "YY"),
            debate("d2", "a b", "NN"),
            debate("d3", "a b", "YN NN"),
            debate("d4", "a b", "YN NY YN"),
        )
    ).estimates
    assert line(found, term="consensus in round", round=1)["estimate"] == 0.5
    assert line(found, term="consensus in round", round=2)["estimate"] == 0.25
    assert line(found, term="consensus in round", round=3)["estimate"] == 0
    assert line(found, term="no consensus")["estimate"] == 0.25
    assert line(found, term="more than one round")["estimate"] == 0.5
    assert line(found, term="rounds played")["estimate"] == pytest.approx(7 / 4)


def test_a_majority_is_no_consensus() -> None:
    table = consensus(tables(debate("d1", "a b c", "YYN"), debate("d2", "a b c", "YYY"))).estimates
    assert line(table, term="consensus in round", round=1)["estimate"] == 0.5
    assert line(table, term="majority without consensus")["estimate"] == 0.5


@pytest.mark.parametrize("last", ["Y?", "??"])
def test_unreadable_never_makes_consensus(last: str) -> None:
    found = consensus(tables(debate("d1", "a b", f"YN {last}"), debate("d2", "a b", "YN YN YN")))
    assert line(found.estimates, term="no consensus")["estimate"] == 1
    assert found.warnings[0].startswith("1 debates ended early")


def test_a_recorded_consensus_that_verdicts_deny_is_not_believed() -> None:
    made = tables(debate("d1", "a b", "Y?"), debate("d2", "a b", "YY"))
    made["debates"] = made["verdicts"].drop_duplicates("session").assign(max_rounds=1, consensus=True)
    found = consensus(made)
    assert line(found.estimates, term="no consensus")["estimate"] == 0.5
    assert any("recorded with another consensus" in warning for warning in found.warnings)


def test_the_difference_between_languages_is_paired() -> None:
    made = [debate("d1", "a b", "YY"), debate("d2", "a b", "YY")]
    made += [debate("d1", "a b", "YN YY", language="ja"), debate("d2", "a b", "YY", language="ja")]
    table = consensus(tables(*made)).estimates
    assert line(table, term="consensus in round one, ja − en")["estimate"] == -0.5
    assert line(table, term="no consensus at all, ja − en")["estimate"] == 0
    assert line(table, term="consensus in round", round=1)["estimate"] == 0.75
