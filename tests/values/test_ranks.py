from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.errors import UsageError
from homophily.values import ranks, similarity


@pytest.mark.parametrize("n", range(2, 8))
def test_levels_are_those_that_permutations_have(n: int) -> None:
    identity = np.arange(n)
    seen = {int(((identity - np.array(other)) ** 2).sum()) for other in permutations(range(n))}
    assert [level.d2 for level in ranks.levels(n)] == sorted(seen)


def test_for_ten_values_rho_is_one_less_d2_over_165() -> None:
    levels = ranks.levels()
    assert len(levels) == 166
    assert all(level.rho == pytest.approx(1 - level.d2 / 165) for level in levels)
    assert not any(abs(level.rho - wish) < 1e-6 for level in levels for wish in (0, 0.5, -0.5))


@pytest.mark.parametrize(
    ("wish", "rhos", "d2"),
    [
        (1, [1], [0]),
        (0.75, [0.7455], [42]),
        (0.5, [0.5030], [82]),
        (0.25, [0.2485], [124]),
        (0, [0.0061, -0.0061], [164, 166]),
        (-0.25, [-0.2485], [206]),
        (-0.5, [-0.5030], [248]),
        (-0.75, [-0.7455], [288]),
        (-1, [-1], [330]),
    ],
)
def test_nearest_levels(wish: float, rhos: list[float], d2: list[int]) -> None:
    nearest = ranks.nearest(wish)
    assert [level.d2 for level in nearest] == d2
    assert [round(level.rho, 4) for level in nearest] == rhos


@given(st.permutations(range(10)))
def test_spearman_of_rankings_is_on_the_ladder(order: list[int]) -> None:
    rho = similarity.spearman(np.arange(10.0), np.array(order, dtype=float))
    assert min(abs(level.rho - rho) for level in ranks.levels()) < 1e-12


def test_random_rankings_have_an_sd_of_a_third() -> None:
    rng = np.random.default_rng(0)
    orders = rng.permuted(np.tile(np.arange(10.0), (40_000, 1)), axis=1)
    rho = similarity.spearman(orders[::2], orders[1::2])
    assert rho.mean() == pytest.approx(0, abs=0.01)
    assert rho.std() == pytest.approx(1 / 3, abs=0.005)


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot be had"):
        ranks.nearest(1.2)
    with pytest.raises(UsageError, match="2 or more"):
        ranks.levels(1)
