"""Disturbances do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from homophily.errors import UsageError
from homophily.lineage.traces import Trace, jitter, lose, merge


@pytest.fixture
def trace() -> Trace:
    n = 5000
    return Trace(
        {"batch": 1},
        [f"aten::op{i}" for i in range(n)],
        [()] * n,
        np.zeros(n, np.int16),
        np.arange(n, dtype=float),
        np.full(n, 2.0),
    )


def test_share_lost_and_merged(trace: Trace) -> None:
    chance = np.random.default_rng(1)
    lost, merged = lose(trace, 0.2, chance), merge(trace, 0.3, chance)
    assert len(lost) == pytest.approx(4000, abs=120)
    assert len(merged) == pytest.approx(3500, abs=120)
    assert merged.duration.sum() == trace.duration.sum()
    assert merged.names[0] == trace.names[0]
    assert len(lost.duration) == len(lost.shapes) == len(lost)


def test_jitter_is_in_octaves_and_leaves_the_trace(trace: Trace) -> None:
    worse = jitter(trace, 0.5, np.random.default_rng(1))
    assert np.log2(worse.duration / 2).std() == pytest.approx(0.5, rel=0.05)
    assert (trace.duration == 2).all()


def test_nought_changes_nothing_and_nonsense_is_refused(trace: Trace) -> None:
    chance = np.random.default_rng(1)
    assert lose(trace, 0, chance).names == merge(trace, 0, chance).names == trace.names
    assert merge(Trace(), 0.5, chance).names == []
    for wrong in (-0.1, 1, float("nan")):
        with pytest.raises(UsageError):
            lose(trace, wrong, chance)
    with pytest.raises(UsageError):
        jitter(trace, -1, chance)
