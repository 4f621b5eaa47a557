"""Where revisions go, followed by hand."""

import pytest

from homophily.analysis.direction import direction
from tests.analysis.by_hand import debate, line, tables


@pytest.mark.parametrize(
    ("rounds", "where"),
    [("YN NN", "towards another"), ("YN EN", "third verdict"), ("YN NY", "swap")],
)
def test_one_revision(rounds: str, where: str) -> None:
    table = direction(tables(debate("d1", "a b", rounds))).estimates
    for term in ("towards another", "swap", "third verdict"):
        assert line(table, model="a", term=term)["estimate"] == float(term == where)


def test_in_turn_the_earlier_speaker_of_this_round_is_heard() -> None:
    # b leaves N for E, which a has only just said; b was told of it in turn, and not in a synchronous round.
    turn, together = (
        direction(tables(debate("d1", "a b", "YN EE", protocol=protocol))).estimates
        for protocol in ("round_robin", "synchronous")
    )
    assert line(turn, model="b", term="towards another")["estimate"] == 1
    assert line(together, model="b", term="third verdict")["estimate"] == 1


def test_shares_are_of_revisions() -> None:
    found = direction(tables(debate("d1", "a b", "YN NN"), debate("d2", "a b", "YN EN NN")))
    assert line(found.estimates, model="a", term="towards another")["estimate"] == pytest.approx(2 / 3)
    assert line(found.estimates, model="a", term="third verdict")["estimate"] == pytest.approx(1 / 3)
    assert found.text == "Of 3 revisions: 0.67 towards another, 0.00 swap, 0.33 third verdict."


def test_languages_share_a_line_or_have_one_each() -> None:
    both = tables(debate("d1", "a b", "YN NN"), debate("d1", "a b", "YN EN", language="ja"))
    assert set(direction(both).data["line"]) == {"a, synchronous"}
    assert set(direction(both, by="language").data["line"]) == {"a, synchronous, en", "a, synchronous, ja"}


def test_nobody_revised() -> None:
    assert direction(tables(debate("d1", "a b", "YY"))).text == "Nobody revised a verdict."
