"""Measures by hand."""

import numpy as np
import pytest

from homophily.lineage.exposure.measures import agreement_interval, bits_to, explained, is_rising, theory
from homophily.lineage.exposure.part import Part, Reading


def reading(values: list[float]) -> Reading:
    return Reading(np.array(values, np.float32), np.zeros(len(values), np.uint8))


def test_explained_by_hand() -> None:
    part = Part("w", np.array([1, 3, 9], np.float32), np.array([0, 1, np.nan], np.float32))
    assert explained([part], [reading([1, 2, 0])]) == pytest.approx(1 - 1 / 5)
    assert explained([part], [reading([0, 1, 9])]) == 0
    assert explained([part], [reading([1, 3, 0])]) == 1
    assert np.isnan(explained([Part("n", part.victim, None)], [reading([1, 3, 9])]))


def test_theory() -> None:
    assert theory(0) == 0
    assert theory(1) == 0.75
    assert np.allclose(theory(np.array([0.5, 2])), [0.5, 0.9375])


@pytest.mark.parametrize(
    ("reached", "wanted"),
    [
        ([0.1, 0.5, 0.9], 2.5),
        ([0.8, 0.9, 0.9], 1.0),
        ([0.1, 0.2, 0.3], None),
        ([0.9, 0.1, 0.9], 2.75),  # once above, but not held
        ([0.9, 0.9, 0.1], None),
        ([0.1, 0.7, 0.9], 2.0),
    ],
)
def test_bits_to_a_target_that_is_held(reached: list[float], wanted: float | None) -> None:
    found = bits_to(0.7, [1, 2, 3], reached)
    assert found is None if wanted is None else found == pytest.approx(wanted)


def test_rising() -> None:
    assert is_rising([1, 2, 2, 3])
    assert not is_rising([1, 3, 2])
    assert is_rising([1, 3, 2.9], 0.2)


def test_the_interval_over_texts_covers_the_share() -> None:
    chance = np.random.default_rng(0)
    inside = 0
    for seed in range(200):
        ability = chance.beta(8, 2, 60)  # texts differ, so tokens of one text belong together
        totals = np.full(60, 20)
        hits = chance.binomial(totals, ability)
        low, high = agreement_interval(hits, totals, seed=seed, resamples=400)
        inside += low <= 0.8 <= high
    assert 0.90 <= inside / 200 <= 0.985
