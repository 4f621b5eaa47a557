"""The linear model and its features, against what is known of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from homophily.lineage.traces.grams import grams, informative, resampled
from homophily.lineage.traces.linear import fit


def test_recovers_known_weights() -> None:
    chance = np.random.default_rng(4)
    weights = chance.normal(size=(3, 4))
    weights -= weights.mean(axis=1, keepdims=True)  # a softmax knows weights up to a shift
    x = chance.normal(size=(20_000, 3))
    shares = np.exp(x @ weights)
    shares /= shares.sum(axis=1, keepdims=True)
    classes = (shares.cumsum(axis=1) < chance.random((len(x), 1))).sum(axis=1)
    found = fit(x, classes, 4, ridge=0)
    np.testing.assert_allclose(found.weights - found.weights.mean(axis=1, keepdims=True), weights, atol=0.1)
    assert np.abs(found.probabilities(x) - shares).mean() < 0.01


def test_ridge_is_the_optimum_of_its_loss() -> None:
    chance = np.random.default_rng(5)
    x, classes, ridge = chance.normal(size=(60, 5)), chance.integers(0, 3, 60), 0.1
    found = fit(x, classes, 3, ridge=ridge)
    wanted = np.eye(3)[classes]
    slope = x.T @ (found.probabilities(x) - wanted) / len(x) + ridge * found.weights
    np.testing.assert_allclose(slope, 0, atol=1e-4)


def test_counts_runs_within_sequences_alone() -> None:
    counted = grams([["a", "b", "a", "b"], ["c"]], 2)
    assert counted == Counter({"a": 2, "b": 2, "c": 1, "a b": 2, "b a": 1})


def test_what_tells_classes_apart_comes_first() -> None:
    traces = [Counter(["same", own, f"noise{i % 2}"]) for i, own in enumerate(["x", "x", "x", "y", "y", "y"])]
    assert informative(traces, np.array([0, 0, 0, 1, 1, 1]), many=2) == ["x", "y"]


@pytest.mark.parametrize("length", [1, 3, 64, 1000])
def test_a_profile_keeps_its_shape(length: int) -> None:
    pressed = resampled(np.linspace(0, 1, length), 32)
    assert len(pressed) == 32
    assert pressed.mean() == pytest.approx(0, abs=1e-12)
    if length > 1:
        assert pressed.std() == pytest.approx(1)
        assert (np.diff(pressed) >= -1e-12).all()
    assert (resampled(np.zeros(0), 8) == 0).all()
