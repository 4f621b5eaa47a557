"""What adaptive reading is measured against: each strategy against its direct formula."""

from dataclasses import replace

import numpy as np
import pytest

from homophily import catalogue
from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.curve import Strategy
from homophily.lineage.exposure.formats import FLOATS
from homophily.lineage.exposure.part import Part, Reading

CHANCE = np.random.default_rng(3)
BASE = CHANCE.normal(0, 0.1, (12, 20)).astype(np.float32)
MATRIX = Part("h.1.w", BASE + CHANCE.normal(0, 0.01, (12, 20)).astype(np.float32), BASE, 0.01, block=2)
VECTOR = Part("h.1.b", MATRIX.victim[0], BASE[0], 0.01, block=2)
NEW = Part("head", MATRIX.victim[:3], None, block=0)
NAMES = catalogue.names("lineage.exposure.strategies")


def strategy(name: str, **told: object) -> Strategy:
    return replace(catalogue.get("lineage.exposure.strategies", name)(), **told)  # type: ignore[no-any-return]


def read(name: str, part: Part, channel: Channel | None = None, **told: object) -> list[Reading]:
    return list(strategy(name, **told).read(part, channel or Channel()))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("channel", [Channel(), Channel(errors=0.05, erasures=0.05)], ids=["quiet", "noisy"])
def test_every_strategy_gives_a_reading_a_level_and_new_parts_in_full(name: str, channel: Channel) -> None:
    levels = strategy(name).levels
    assert list(levels) == sorted(levels, reverse=name in ("adaptive", "likely"))
    partly = replace(MATRIX, base=np.where(np.arange(12)[:, None] < 9, BASE, np.nan).astype(np.float32))
    for part in (MATRIX, VECTOR, NEW, partly):
        readings = read(name, part, channel)
        assert len(readings) == len(levels)
        for reading in readings:
            assert reading.values.shape == reading.counts.shape == part.victim.shape
            assert reading.values.dtype == np.float32
            assert np.isfinite(reading.values).all()
    if name != "raw" and not channel.errors:
        assert all(r.bits == 32 * NEW.size and np.array_equal(r.values, NEW.victim) for r in read(name, NEW))
        assert all(np.array_equal(r.values[9:], partly.victim[9:]) for r in read(name, partly))


@pytest.mark.parametrize("kept", [1, 9, 12, 20, 32])
def test_raw_top_bits_are_truncation(kept: int) -> None:
    reading = read("raw", MATRIX, levels=(kept,))[0]
    words = MATRIX.victim.view(np.uint32)
    wanted = (words >> np.uint32(32 - kept) << np.uint32(32 - kept)).view(np.float32)
    assert np.array_equal(reading.values, wanted)
    assert reading.bits == kept * MATRIX.size
    half = replace(MATRIX, stored=FLOATS["bfloat16"], format=FLOATS["bfloat16"])
    assert read("raw", half, levels=(32,))[0].bits == 16 * MATRIX.size


def test_a_fixed_window_is_the_victims_bits_in_the_bases_word() -> None:
    reading = read("window", MATRIX, levels=(4,), first=2)[0]
    mask = np.uint32(0b1111 << 17)  # mantissa bits 22 … 0, the first two left out
    wanted = (MATRIX.victim.view(np.uint32) & mask) | (BASE.view(np.uint32) & ~mask)
    assert np.array_equal(reading.values.view(np.uint32), wanted)
    assert reading.bits == 4 * MATRIX.size


def test_sign_is_bitdelta() -> None:
    reading = read("sign", MATRIX)[0]
    change = MATRIX.victim - BASE
    wanted = BASE + np.sign(change) * np.abs(change).mean()
    assert reading.values == pytest.approx(wanted, abs=1e-7)
    assert reading.bits == MATRIX.size + 32
    assert read("sign", VECTOR)[0].bits == 32 * VECTOR.size
    # The mean size is the best scale for the signs (BitDelta, equation 3).
    errors = [
        np.square(change - np.sign(change) * np.abs(change).mean() * scale).sum() for scale in (0.95, 1, 1.05)
    ]
    assert errors[1] == min(errors)


def test_low_rank_is_the_best_of_its_rank() -> None:
    readings = read("lowrank", MATRIX, levels=(1, 3, 7, 12))
    singular = np.linalg.svd((MATRIX.victim - BASE).astype(np.float64), compute_uv=False)
    for rank, reading in zip((1, 3, 7), readings, strict=False):
        error = np.square((MATRIX.victim - reading.values).astype(np.float64)).sum()
        assert error == pytest.approx(np.square(singular[rank:]).sum(), rel=1e-3)
        assert reading.bits == rank * (12 + 20) * 32
    assert readings[3].bits == 32 * MATRIX.size  # the matrix itself is shorter than its factors
    assert np.array_equal(readings[3].values, MATRIX.victim)


def test_layers_are_the_last_blocks_and_what_follows() -> None:
    one, two = read("layers", MATRIX, levels=(1, 2))
    assert (one.bits, two.bits) == (0, 32 * MATRIX.size)
    assert np.array_equal(one.values, BASE)
    assert np.array_equal(two.values, MATRIX.victim)
    before = replace(MATRIX, block=None)
    assert [r.bits for r in read("layers", before, levels=(1, 99))] == [0, 0]
    assert read("layers", replace(MATRIX, block=0), levels=(1,))[0].bits == 32 * MATRIX.size


def test_head_is_the_base_and_what_it_does_not_have() -> None:
    assert np.array_equal(read("head", MATRIX)[0].values, BASE)
    assert read("head", MATRIX)[0].bits == 0


def test_raw_bits_under_errors_and_erasures() -> None:
    big = Part("w", CHANCE.normal(0, 0.1, 20_000).astype(np.float32), None)
    wrong = read("raw", big, Channel(errors=0.01), levels=(32,))[0]
    flipped = np.bitwise_count(wrong.values.view(np.uint32) ^ big.victim.view(np.uint32))
    assert flipped[wrong.values != 0].mean() == pytest.approx(0.32, abs=0.03)
    assert np.abs(wrong.values).max() <= Channel().bound
    lost = read("raw", big, Channel(erasures=0.02), levels=(32,))[0]
    assert np.all(np.abs(lost.values) <= np.abs(big.victim))  # a missing bit is a 0
    assert lost.bits == 32 * big.size
    again = read("raw", big, Channel(erasures=0.5, again=True), levels=(8,))[0]
    assert again.bits == pytest.approx(16 * big.size, rel=0.02)
    assert np.array_equal(again.values, read("raw", big, levels=(8,))[0].values)
