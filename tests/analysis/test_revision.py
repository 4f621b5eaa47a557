"""Change of verdict, counted by hand."""

import numpy as np
import pytest

from homophily.analysis.revision import revision
from tests.analysis.by_hand import debate, line, tables

DEBATES = [
    debate("d1", "a b", "YN NN YN"),  # a comes back: it has changed
    debate("d2", "a b", "YY"),
    debate("d3", "a b", "Y? ?N YN"),  # what cannot be read is no change
    debate("d4", "a b", "YN YE YY"),
]


def test_the_share_is_of_all_debates() -> None:
    table = revision(tables(*DEBATES)).estimates
    for model, share in (("a", 1 / 4), ("b", 1 / 4)):
        found = line(table, term="change of verdict, all debates", model=model)
        assert found["estimate"] == share
        assert found["n"] == 4
        assert 0 <= found["low"] <= share <= found["high"] <= 1


def test_each_seat_is_told_apart() -> None:
    turn = [
        debate("d1", "a b", "YN NN", protocol="round_robin"),
        debate("d2", "b a", "YN NN", protocol="round_robin"),
    ]
    table = revision(tables(*turn)).estimates
    assert line(table, model="a", position=1)["estimate"] == 1
    assert line(table, model="a", position=2)["estimate"] == 0
    assert line(table, term="change of verdict, all debates", model="a")["estimate"] == 0.5


def test_an_agent_without_any_verdict_is_left_out_and_said_so() -> None:
    found = revision(tables(debate("d1", "a b", "?Y ?N"), debate("d2", "a b", "YN YY")))
    assert line(found.estimates, term="change of verdict, all debates", model="a")["n"] == 1
    assert found.warnings == ("in 1 cases an agent gave no readable verdict in a debate; left out.",)


def test_languages_are_taken_together_and_their_difference_is_paired() -> None:
    both = [
        debate("d1", "a b", "YN YN"),
        debate("d2", "a b", "YN NN"),
        debate("d1", "a b", "YN NN", language="ja"),
        debate("d2", "a b", "YN NN", language="ja"),
    ]
    found = revision(tables(*both))
    assert line(found.estimates, term="change of verdict, all debates", model="a")["estimate"] == 0.75
    gap = line(found.estimates, term="change of verdict, ja − en", model="a")
    assert gap["estimate"] == 0.5  # 1 on d1, 0 on d2
    assert gap["n"] == 2
    assert found.text.count("a 0.75") == 1


def test_each_language_apart_on_request() -> None:
    both = [debate("d1", "a b", "YN YN"), debate("d1", "a b", "YN NN", language="ja")]
    table = revision(tables(*both), by="language").estimates
    assert line(table, model="a", position=1, language="en")["estimate"] == 0
    assert line(table, model="a", position=1, language="ja")["estimate"] == 1


def test_dilemmas_in_both_languages_are_one_cluster() -> None:
    # Every dilemma has one debate with a change in English, and none in Japanese: no resample can differ.
    made = []
    for dilemma in ("d1", "d2", "d3"):
        made += [debate(dilemma, "a b", "YN NN"), debate(dilemma, "a b", "YN YN", language="ja")]
    found = line(revision(tables(*made)).estimates, term="change of verdict, all debates", model="a")
    assert (found["low"], found["high"]) == pytest.approx((0.5, 0.5))
    assert np.isfinite(found["estimate"])
