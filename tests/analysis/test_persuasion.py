"""Who moves whom, and Bradley and Terry's strengths of two."""

import numpy as np
import pytest

from homophily.analysis.persuasion import persuasion
from tests.analysis.by_hand import debate, line, tables

# a moves b three times, b moves a once; once each holds.
DEBATES = [
    *(debate(f"d{k}", "a b", "YN YY") for k in range(3)),
    debate("d3", "a b", "YN NN"),
    debate("d4", "a b", "YN YN"),
]


def test_shares_of_occasions() -> None:
    table = persuasion(tables(*DEBATES)).estimates
    assert line(table, term="moved by", model="b", by="a")["estimate"] == pytest.approx(3 / 5)
    assert line(table, term="moved by", model="a", by="b")["estimate"] == pytest.approx(1 / 5)
    assert line(table, term="moved by", model="a", by="b")["n"] == 5


def test_strengths_are_the_log_odds_of_who_moved_whom() -> None:
    table = persuasion(tables(*DEBATES)).estimates
    assert line(table, term="strength", model="a")["estimate"] == pytest.approx(np.log(3) / 2, abs=1e-6)
    assert line(table, term="strength", model="b")["estimate"] == pytest.approx(-np.log(3) / 2, abs=1e-6)


def test_credit_is_shared_among_those_who_hold_the_verdict() -> None:
    # c is moved by a and b at once, a half each; c moves each of them once.
    made = [
        debate("d1", "a b c", "YYN YYY"),
        debate("d2", "a b c", "YNN NNN"),
        debate("d3", "a b c", "NYN NNN"),
    ]
    table = persuasion(tables(*made)).estimates
    assert line(table, term="moved by", model="c", by="a")["n"] == 2
    strength = table[table["term"] == "strength"].set_index("model")["estimate"]
    assert strength["a"] == pytest.approx(strength["b"], abs=1e-6)
    assert strength.sum() == pytest.approx(0, abs=1e-9)


def test_a_model_that_never_moved_anybody_has_no_strength() -> None:
    found = persuasion(tables(debate("d1", "a b", "YN YY")))
    assert found.text == "Strengths cannot be told."
    assert len(found.warnings) == 1


def test_two_languages_name_each_model_once() -> None:
    both = tables(*DEBATES, *(d.assign(language="ja", session=d["session"] + "ja") for d in DEBATES))
    assert persuasion(both).text.count("a 0.55") == 1
    apart = persuasion(both, by="language")
    assert "a, en 0.55" in apart.text
    assert "a, ja 0.55" in apart.text
