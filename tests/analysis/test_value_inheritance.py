"""Inherited values, by hand, and the share that chance alone would give."""

import pytest

from homophily.analysis.value_inheritance import value_inheritance
from tests.analysis.by_hand import debate, line, tables, voiced

TRUST, TALK, CARE = (
    "trust-creation-and-maintenance",
    "constructive-dialogue",
    "supportive-and-caring-relationships",
)


def test_inherited_is_new_at_the_end_and_was_anothers_at_first() -> None:
    made = voiced(
        tables(debate("d1", "a b", "YN NN"), debate("d2", "a b", "YN NN"), debate("d3", "a b", "YN NN")),
        [
            *(TRUST, TALK, TALK, TALK),  # took over TALK
            *(f"{TRUST} {TALK}", TALK, TALK, TALK),  # had TALK from the beginning
            *(TRUST, TALK, CARE, TALK),  # CARE is nobody's
        ],
    )
    table = value_inheritance(made).estimates
    found = line(table, model="a", term="inherited", value="any value")
    assert (found["estimate"], found["n"]) == (pytest.approx(1 / 3), 3)
    assert line(table, model="a", term="inherited", value=TALK)["estimate"] == pytest.approx(1 / 3)
    assert set(table["model"]) == {"a"}  # b never changed


def test_chance_exchanges_others_values_among_debates() -> None:
    # Each takes what its own other voiced; exchanged, which half of the draws do, neither would.
    made = voiced(
        tables(debate("d1", "a b", "YN NN"), debate("d2", "a b", "YN NN")),
        [CARE, TRUST, TRUST, TRUST, CARE, TALK, TALK, TALK],
    )
    table = value_inheritance(made, permutations=2000).estimates
    assert line(table, model="a", term="inherited", value="any value")["estimate"] == 1
    chance = line(table, model="a", term="by chance", value="any value")
    assert chance["estimate"] == pytest.approx(0.5, abs=0.05)  # sd 0.011
    p = line(table, model="a", term="inherited", value="any value")["p"]
    assert p == pytest.approx(chance["estimate"], abs=1e-3)


def test_a_common_theme_is_all_chance() -> None:
    made = voiced(
        tables(*(debate(f"d{k}", "a b", "YN NN") for k in range(4))), [CARE, TRUST, TRUST, TRUST] * 4
    )
    table = value_inheritance(made, permutations=50).estimates
    assert line(table, model="a", term="by chance", value="any value")["estimate"] == 1
    assert line(table, model="a", term="inherited", value="any value")["p"] == 1


def test_hearing_without_a_change_stands_beside() -> None:
    made = voiced(
        tables(debate("d1", "a b", "YN NN"), debate("d2", "a b", "YN YN")),
        [CARE, TALK, TALK, TALK, CARE, TALK, CARE, TALK],
    )
    table = value_inheritance(made).estimates
    assert line(table, model="a", term="without a change")["estimate"] == 0
    assert line(table, model="a", term="inherited − without a change")["estimate"] == 1


def test_debates_whose_last_message_was_not_judged_are_left_out() -> None:
    made = voiced(tables(debate("d1", "a b", "YN NN")), [CARE, TALK, "-", TALK])
    found = value_inheritance(made)
    assert found.estimates.empty
    assert found.text.startswith("Nobody changed a verdict")
