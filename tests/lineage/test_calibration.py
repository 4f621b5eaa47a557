"""P-values of descent tests: uniform for strangers, never 0, small for children of every kind."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import kstest

from homophily.lineage import descent
from homophily.lineage.tests import Score, Weights
from homophily.lineage.tests.csu import csu
from homophily.lineage.tests.wmatch import wmatch
from homophily.seeds import generator
from tests.lineage.zoo import Zoo

UNITS, HIDDEN, PAIRS = 40, 16, 300
#: Those that leave least to be found; every kind's relation is held in ``test_descent.py``.
HARDEST = ("pruned-90", "graft", "merge", "rotate", "disguise+ft", "disguise+int3", "pruned-90+disguise")


def stranger(name: object, *, gated: bool) -> Weights:
    """Two layers whose units differ in size and lean to directions that all models share, as if trained."""
    rng = generator("calibration", name)
    shared = generator("calibration", "shared").normal(size=(HIDDEN, HIDDEN))
    made: dict[tuple[str, int | None], np.ndarray] = {}
    for layer in range(2):
        for role in ("up", "gate", "down") if gated else ("up", "down"):
            size = np.exp(rng.normal(0, 0.7, (UNITS, 1)))
            units = size * (rng.normal(size=(UNITS, HIDDEN)) @ shared + 2 * shared[0])
            made[role, layer] = (units.T if role == "down" else units).astype(np.float32)
    return made


def nulls(test: object, *, gated: bool) -> list[Score]:
    found = []
    for pair in range(PAIRS):
        one, other = (stranger((pair, side, gated), gated=gated) for side in "ab")
        found.append(test(one, other))  # type: ignore[operator]
    return found


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("test", [csu, wmatch])
def test_strangers_p_are_uniform(test: object, gated: bool) -> None:
    scores = nulls(test, gated=gated)
    whole = 10 ** np.array([score.log10_p for score in scores], float)
    layers = 10 ** np.array([part.log10_p for score in scores for part in score.per_layer.values()], float)
    assert kstest(whole, "uniform").pvalue > 0.01
    assert kstest(layers, "uniform").pvalue > 0.01
    # Three standard errors of a share of .05 among 300.
    assert (whole <= 0.05).mean() <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / PAIRS)


@pytest.mark.parametrize("test", [csu, wmatch])
@pytest.mark.parametrize("how", ["dead", "copied"])
def test_ties_are_settled_by_lot_and_not_by_place(test: object, how: str) -> None:
    def half_alike(name: object) -> Weights:
        model = stranger(name, gated=False)
        units = generator("calibration", "alike", name).permutation(UNITS)[: UNITS // 2]
        for layer in range(2):
            for rows in (model["up", layer], model["down", layer].T):
                rows[units] = 0 if how == "dead" else rows[units[0]]
        return model

    scores = [test(half_alike((pair, "a")), half_alike((pair, "b"))) for pair in range(200)]  # type: ignore[operator]
    whole = 10 ** np.array([score.log10_p for score in scores], float)
    assert kstest(whole, "uniform").pvalue > 0.01
    assert whole.min() > 1e-5


@pytest.mark.parametrize("test", [csu, wmatch])
def test_a_copy_has_the_least_p_there_is_and_it_is_not_zero(test: object) -> None:
    one = stranger("copy", gated=False)
    score = test(one, one)  # type: ignore[operator]
    # One order of units in UNITS!, in each of two layers, combined by Fisher's rule.
    fewest = -2 * math.lgamma(UNITS + 1)
    assert score.log10_p == pytest.approx((fewest + math.log(1 - fewest)) / math.log(10), rel=1e-9)
    assert math.isfinite(score.log10_p)


@pytest.mark.parametrize("kind", HARDEST)
def test_the_hardest_children_are_found(zoo: Zoo, kind: str) -> None:
    pairs = zoo.of(kind)
    assert pairs
    for parent, child in pairs:
        found = descent(parent, child)
        assert found.related, f"{child.name}: {found.text}"
        assert -1e5 < found.log10_p < -6
        assert found.p > 0


def test_strangers_are_not_claimed(zoo: Zoo) -> None:
    logs = []
    for one, other in zoo.strangers():
        found = descent(one, other)
        assert not found.related, f"{one.name}, {other.name}: {found.text}"
        logs.append(found.log10_p)
    assert min(logs) > -4
    assert np.mean(np.array(logs) <= math.log10(0.05)) <= 0.25
