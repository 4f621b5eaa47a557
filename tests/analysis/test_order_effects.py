"""What speaking last does, on dilemmas that are their own controls."""

import pandas as pd
import pytest
from scipy import stats

from homophily.analysis.order_effects import order_effects
from homophily.errors import DataError
from tests.analysis.by_hand import debate, line, tables


def turn(dilemma: str, seats: str, rounds: str, language: str = "en") -> pd.DataFrame:
    return debate(dilemma, seats, rounds, protocol="round_robin", language=language)


DEBATES = [
    turn("d1", "a b", "YN NN"),  # a first: changes
    turn("d1", "b a", "NN"),  # a last: does not
    turn("d2", "a b", "YY"),
    turn("d2", "b a", "YY"),
    turn("d3", "a b", "YN NN"),
    turn("d3", "b a", "NY NN"),
    turn("d4", "a b", "YN YY"),  # without the other order: left out
]


def test_effects_are_paired_by_dilemma() -> None:
    table = order_effects(tables(*DEBATES)).estimates
    found = line(table, term="change of verdict", model="a")
    assert found["estimate"] == pytest.approx(-1 / 3)  # d1: 0 − 1; d2: 0 − 0; d3: 1 − 1
    assert found["n"] == 3
    assert found["p"] == pytest.approx(stats.ttest_1samp([-1, 0, 0], 0).pvalue)
    assert line(table, term="consensus in round one", model="a")["estimate"] == pytest.approx(1 / 3)
    # a's first verdict prevails on d1 last (N), on d2 both ways, on d3 never.
    assert line(table, term="own first verdict prevails", model="a")["estimate"] == pytest.approx(1 / 3)


def test_replicates_and_languages_do_not_multiply_dilemmas() -> None:
    twice = tables(*DEBATES, *(turn(d, s, "YY", "ja") for d in ("d1", "d2", "d3") for s in ("a b", "b a")))
    found = line(order_effects(twice).estimates, term="change of verdict", model="a")
    assert (found["estimate"], found["n"]) == (pytest.approx(-1 / 6), 3)


def test_debates_without_the_other_order_are_refused() -> None:
    with pytest.raises(DataError, match="no two orders"):
        order_effects(tables(turn("d1", "a b", "YN NN"), debate("d1", "b a", "YN NN")))
