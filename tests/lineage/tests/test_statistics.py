"""Every descent test: its form, strangers under the null, relatives far from it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from homophily import catalogue
from homophily.errors import UnknownName
from homophily.lineage.tests import Score
from tests.lineage.arrays import model, shuffled, tuned

NAMES = catalogue.names("lineage.tests")


@pytest.mark.parametrize("name", NAMES)
def test_each_has_the_form_and_never_a_p_of_zero(name: str) -> None:
    test = catalogue.get("lineage.tests", name)
    a = model(1)
    for other in (a, tuned(a), model(2)):
        score = test(a, other)
        assert isinstance(score, Score)
        assert score.missing or math.isfinite(score.statistic)
        if score.log10_p is not None:
            assert -math.inf < score.log10_p <= 0
            assert score.null


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_compared_is_missing_with_a_reason(name: str) -> None:
    score = catalogue.get("lineage.tests", name)({}, model(1))
    assert score.missing
    assert math.isnan(score.statistic)
    assert score.log10_p is None


@pytest.mark.parametrize("name", ["csu", "wmatch", "mdir", "cka", "words", "bits", "cosine"])
def test_a_child_is_nearer_than_a_stranger(name: str) -> None:
    test = catalogue.get("lineage.tests", name)
    a = model(1)
    child = {
        key: np.where(np.arange(v.size).reshape(v.shape) % 3, v, tuned(a, seed=3)[key])
        for key, v in a.items()
    }
    assert test(a, child).statistic > test(a, model(2)).statistic + 0.2


@pytest.mark.parametrize("name", ["csu", "wmatch"])
def test_strangers_have_uniform_p(name: str) -> None:
    test = catalogue.get("lineage.tests", name)
    ps = [
        10
        ** test(model(i, layers=2, hidden=8, units=24), model(1000 + i, layers=2, hidden=8, units=24)).log10_p
        for i in range(300)
    ]
    assert stats.kstest(ps, "uniform").pvalue > 0.01


def test_mdir_is_no_smaller_than_uniform_for_strangers() -> None:
    mdir = catalogue.get("lineage.tests", "mdir")
    assert all(mdir(model(i), model(500 + i)).log10_p > -0.5 for i in range(20))


def test_any_order_of_units_destroys_csu_and_not_wmatch() -> None:
    csu, wmatch = (catalogue.get("lineage.tests", name) for name in ("csu", "wmatch"))
    a = model(1)
    b = shuffled(tuned(a))
    assert csu(a, b).log10_p > -3
    assert wmatch(a, b).log10_p < -100
    assert wmatch(a, b).per_layer.keys() == {0, 1, 2}


def test_wmatch_bears_turned_signs_beside_a_gate_and_fewer_units() -> None:
    wmatch = catalogue.get("lineage.tests", "wmatch")
    a = model(1)
    b = tuned(a)
    for layer in range(3):
        b["up", layer], b["down", layer] = -b["up", layer], -b["down", layer]
    assert wmatch(a, b).log10_p < -100
    kept = np.random.default_rng(0).permutation(60)[:40]
    for layer in range(3):
        b |= {(role, layer): b[role, layer][kept] for role in ("gate", "up")}
        b["down", layer] = b["down", layer][:, kept]
    assert wmatch(a, b).log10_p < -80
    assert wmatch(a, b).log10_p == wmatch(b, a).log10_p


def test_a_sample_of_units_is_enough() -> None:
    wmatch = catalogue.get("lineage.tests", "wmatch")
    a = model(1, units=200)
    score = wmatch(a, shuffled(tuned(a)), units=50)
    assert score.n == 150
    assert score.log10_p < -90


def test_cka_and_mdir_tell_turns_apart() -> None:
    a = model(1)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(24, 24)))[0].astype(np.float32)
    order = np.random.default_rng(1).permutation(24)
    turned = {("embed", None): a["embed", None] @ turn * 3}
    moved = {("embed", None): -a["embed", None][:, order]}
    cka, mdir = (catalogue.get("lineage.tests", name) for name in ("cka", "mdir"))
    assert cka(a, turned).statistic == pytest.approx(1, abs=1e-4)
    assert mdir(a, turned).log10_p > -1
    assert mdir(a, moved).statistic == pytest.approx(1, abs=1e-4)
    assert mdir(a, moved).log10_p < -100


def test_layers_can_be_combined_under_any_dependence() -> None:
    csu = catalogue.get("lineage.tests", "csu")
    a = model(1)
    found = {name: csu(a, tuned(a), combine=name).log10_p for name in ("fisher", "stouffer", "harmonic")}
    assert found["fisher"] < found["harmonic"] < -50
    with pytest.raises(UnknownName, match="fisher"):
        csu(a, a, combine="fischer")


def test_a_score_refuses_a_p_of_zero() -> None:
    with pytest.raises(ValueError, match="p-value"):
        Score(1.0, log10_p=-math.inf)
