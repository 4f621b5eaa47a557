"""The table's arithmetic, on times that are known."""

import math

import pytest

from homophily.filtering.benchmark import ARMS, Sample, tabulate
from homophily.filtering.benchmark.bench import Runs


def runs(prefill: dict[str, list[float]], decode: float = 0.01) -> Runs:
    samples = {
        name: [
            Sample(
                prefill=seconds,
                decode=decode,
                cache_bytes=600 if name == "filtered" else 1000,
                anchor_bytes=8,
                peak_bytes=5000 + place,
            )
            for place, seconds in enumerate(prefill[name])
        ]
        for name in ARMS
    }
    return Runs(
        context=200, batch=4, ratio=0.5, rule="joint", attained=0.48, rates=(0.0, 0.96), samples=samples
    )


TIMES = {
    "dense": [1.0, 2.0, 1.2],
    "filtered": [0.8, 1.5, 0.9],
    "deciding": [1.1, 2.1, 1.26],
    "ideal_kv": [0.6, 1.2, 0.8],
    "ideal_all": [0.5, 1.0, 0.7],
}


def test_efficiency_is_time_saved_by_what_an_ideal_saves() -> None:
    row = tabulate(runs(TIMES))[0]
    assert row.efficiency_kv.value == pytest.approx((1.2 - 0.9) / (1.2 - 0.8))
    assert row.efficiency_all.value == pytest.approx((1.2 - 0.9) / (1.2 - 0.7))
    each = sorted([0.2 / 0.4, 0.5 / 0.8, 0.3 / 0.4])
    assert row.efficiency_kv.low == pytest.approx((each[0] + each[1]) / 2)
    assert row.efficiency_kv.high == pytest.approx((each[1] + each[2]) / 2)


def test_shares_are_of_the_dense_model_in_the_same_repeat() -> None:
    row = tabulate(runs(TIMES))[0]
    assert row.relative["filtered"].value == pytest.approx(0.9 / 1.2)
    assert (row.relative["filtered"].low, row.relative["filtered"].high) == pytest.approx((0.75, 0.775))
    assert row.overhead.value == pytest.approx(0.05)


def test_rates_count_every_sequence() -> None:
    prefill, decode = tabulate(runs(TIMES))
    assert prefill.rate["dense"] == pytest.approx(200 * 4 / 1.2)
    assert decode.rate["filtered"] == pytest.approx(4 / 0.01)
    assert (prefill.phase, decode.phase) == ("prefill", "decode")


def test_memory_is_told_as_it_was_measured() -> None:
    row = tabulate(runs(TIMES))[0]
    assert row.cache_bytes == {"dense": 1000, "filtered": 600}
    assert (row.anchor_bytes, row.peak_bytes["dense"]) == (8, 5001)


def test_an_ideal_that_saves_nothing_gives_no_efficiency() -> None:
    row = tabulate(runs({**TIMES, "ideal_kv": [1.0, 2.0, 1.3]}))[0]
    assert math.isnan(row.efficiency_kv.value)
    assert row.efficiency_all.value == pytest.approx(0.6)


def test_nothing_decoded_is_no_row() -> None:
    assert [row.phase for row in tabulate(runs(TIMES, decode=float("nan")))] == ["prefill"]
