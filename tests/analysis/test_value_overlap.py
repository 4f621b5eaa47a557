"""Values in common, by hand: Jaccard, its group-aware form, and how it grows."""

import pytest

from homophily.analysis.value_overlap import value_overlap
from tests.analysis.by_hand import debate, line, tables, voiced

TRUST, SUPPORT, RECIPROCAL = (
    "trust-creation-and-maintenance",
    "supportive-and-caring-relationships",
    "reciprocal-relationship-quality",
)  # one group
TALK = "constructive-dialogue"  # of another


def test_jaccard_and_matches_of_groups() -> None:
    made = voiced(tables(debate("d1", "a b", "YN")), [f"{TRUST} {SUPPORT}", f"{TRUST} {RECIPROCAL}"])
    table = value_overlap(made, group_weight=0.5).estimates
    said = {"term": "disagreement", "round": None}
    assert line(table, measure="Jaccard", **said)["estimate"] == pytest.approx(1 / 3)
    # (1 + ½ · 1) / (2 + 2 − 1 − ½ · 1)
    assert line(table, measure="group-aware Jaccard", **said)["estimate"] == pytest.approx(1.5 / 2.5)


def test_other_groups_are_no_match() -> None:
    made = voiced(tables(debate("d1", "a b", "YY")), [f"{TRUST} {SUPPORT}", f"{TRUST} {TALK}"])
    table = value_overlap(made).estimates
    for measure in ("Jaccard", "group-aware Jaccard"):
        found = line(table, term="agreement", round=None, measure=measure)
        assert found["estimate"] == pytest.approx(1 / 3)


def test_growth_is_of_the_same_debates_with_and_without_consensus() -> None:
    made = voiced(
        tables(debate("d1", "a b", "YN NN"), debate("d2", "a b", "YN YN"), debate("d3", "a b", "YY")),
        [
            *(f"{TRUST} {SUPPORT}", f"{TRUST} {TALK}", TRUST, TRUST),  # ⅓, then 1
            *(TRUST, f"{TRUST} {TALK}", f"{TRUST} {SUPPORT} {TALK}", TRUST),  # ½, then ⅓
            *(TRUST, TRUST),  # one round alone: no trajectory
        ],
    )
    table = value_overlap(made).estimates
    growth = "growth from first to last round, "
    assert line(table, term=f"{growth}with consensus", measure="Jaccard")["estimate"] == pytest.approx(2)
    found = line(table, term=f"{growth}without consensus", measure="Jaccard")
    assert (found["estimate"], found["n"]) == (pytest.approx(-1 / 3), 1)


def test_the_figure_keeps_overlap_and_growth_on_axes_of_their_own() -> None:
    made = voiced(tables(debate("d1", "a b", "YN NN")), [TRUST, f"{TRUST} {TALK}", TRUST, TRUST])
    data = value_overlap(made).data
    assert set(data["panel"]) == {"Overlap", "Growth from first to last round"}


def test_messages_without_any_value_overlap_in_nothing() -> None:
    found = value_overlap(voiced(tables(debate("d1", "a b", "YN NN")), ["", "", "", ""]))
    assert found.estimates.empty
    assert found.text == "No two judged messages of one round voiced a value."
