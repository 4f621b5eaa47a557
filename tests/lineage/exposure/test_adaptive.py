"""Adaptive reading: bits counted by hand, the precision kept, errors, erasures and escapes."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.formats import FLOATS, Codes
from homophily.lineage.exposure.measures import explained, is_rising, theory
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.strategies.adaptive import Adaptive
from homophily.lineage.exposure.strategies.likely import Likely

QUIET = Channel()


def part(victim: Sequence[float], base: Sequence[float] | None, sigma: float, name: str = "float32") -> Part:
    form = FLOATS[name]
    stored = form.values(form.words(np.array(victim, np.float32)))
    held = None if base is None else np.array(base, np.float32)
    return Part("w", stored, held, sigma, form, form)


def gaussian(size: int = 20_000, sigma: float = 1e-3, name: str = "float32") -> Part:
    chance = np.random.default_rng(1)
    base = chance.normal(0, 0.02, size).astype(np.float32)
    return part(base + chance.normal(0, sigma, size), base, sigma, name)


def read(what: Part, channel: Channel = QUIET, **told: object) -> list[Reading]:
    return list(Adaptive(**told).read(what, channel))  # type: ignore[arg-type]


def test_bits_of_hand_examples() -> None:
    # Codes 0 … 15 stand for -8 … 7. The prior is [1, 4], codes 9 = 1001 to 12 = 1100.
    form = Codes(4, np.ones(3))
    held = Part(
        "w", np.array([1, 3, 4], np.float32), np.full(3, 2.5, np.float32), 1.5, FLOATS["float32"], form
    )
    reading = read(held, levels=(0.01,), width=1.0)[0]
    # The first 1 is known. 9: 0 leaves 1001–1011, 0 leaves 1001: 2 bits. 11: 0, 1, then 10 or 11: 3 bits.
    # 12: 1 leaves 1100 alone: 1 bit.
    assert reading.counts.tolist() == [2, 3, 1]
    assert reading.values.tolist() == [1, 3, 4]


def test_a_range_over_zero_reads_the_sign_first() -> None:
    held = part([0.75, -0.75], [0, 0], 1.0)
    reading = read(held, levels=(0.6,), width=1.0, estimate="middle")[0]
    # [-1, 1] → the sign leaves [0, 1] or [-1, 0]: within .5 of the middle, 1 bit.
    assert reading.counts.tolist() == [1, 1]
    assert reading.values == pytest.approx(np.array([0.5, -0.5]))


def test_what_is_known_is_not_read_and_what_is_not_in_the_base_is_read_in_full() -> None:
    same = read(part([0.1, 0.2], [0.1, 0.2], 0.0), levels=(1, 0.1))
    assert [r.bits for r in same] == [0, 0]
    for name, form in FLOATS.items():
        new = read(part([0.1, -3.0], None, 0.0, name), levels=(1,))[0]
        assert new.counts.tolist() == [form.bits] * 2
        assert np.array_equal(new.values, form.values(form.words(np.array([0.1, -3.0], np.float32))))
    rows = read(part([0.1, 0.5], [0.1, np.nan], 0.0), levels=(1,))[0]
    assert rows.counts.tolist() == [0, 32]
    assert rows.values[1] == np.float32(0.5)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(-4, 4)), min_size=1, max_size=30),
    st.sampled_from(list(FLOATS)),
    st.sampled_from(["mean", "middle"]),
    st.sampled_from([1e-6, 1e-3, 0.5]),
    st.floats(0.01, 3),
)
def test_every_weight_in_its_range_is_known_to_the_precision(
    weights: list[tuple[float, float]], name: str, estimate: str, sigma: float, level: float
) -> None:
    base = [b for b, _ in weights]
    held = part([b + 0.9 * sigma * move for b, move in weights], base, sigma, name)
    assert held.base is not None
    inside = np.abs(held.victim.astype(float) - held.base) <= 4 * sigma
    reading = read(held, levels=(level,), estimate=estimate, width=4.0)[0]
    error = np.abs(reading.values.astype(float) - held.victim)
    rounding = np.spacing(np.abs(held.victim)).astype(float)  # of the guess itself, as float32
    assert np.all((error <= level * sigma + rounding)[inside])
    assert reading.counts.max() <= FLOATS[name].bits


@pytest.mark.parametrize("name", FLOATS)
def test_read_to_the_end_it_is_the_victim_bit_by_bit(name: str) -> None:
    held = gaussian(2000, 1e-3, name)
    reading = read(held, levels=(0,), width=6.0)[0]
    assert np.array_equal(reading.values, held.victim)


def test_levels_in_turn_equal_one_level_alone() -> None:
    held = gaussian(500)
    swept = read(held, levels=(2, 0.5, 0.1))
    alone = read(held, levels=(0.1,))[0]
    assert np.array_equal(swept[-1].counts, alone.counts)
    assert np.allclose(swept[-1].values, alone.values, atol=1e-9)
    bits = [r.bits for r in swept]
    assert bits == sorted(bits)


def test_gaussian_changes_lie_below_theory_and_come_near_it() -> None:
    held = gaussian()
    found = [(r.bits / held.size, explained([held], [r])) for r in read(held, width=4.0)]
    assert is_rising([r2 for _, r2 in found], 1e-6)
    for bits, r2 in found:
        assert r2 <= theory(bits) + 0.01  # the rate of a sample of 20,000
    # A prior of four sigmas costs one bit against the best code, uneven splits the rest.
    lost = [bits - -0.5 * np.log2(1 - r2) for bits, r2 in found if 0.5 < r2 < 0.999]
    assert max(lost) < 3


def test_errors_and_erasures_cost_what_they_should() -> None:
    held = gaussian(5000)
    clean, wrong, lost = (
        read(held, channel, levels=(0.1,))[0]
        for channel in (QUIET, Channel(errors=0.1), Channel(erasures=0.1))
    )
    assert explained([held], [wrong]) < explained([held], [clean]) - 0.1
    assert explained([held], [lost]) < explained([held], [clean]) - 0.02
    assert explained([held], [lost]) > explained([held], [wrong])  # what is known to be missing harms less
    assert lost.bits < clean.bits  # a weight of which a bit is missing is left
    again = read(held, Channel(erasures=0.2, again=True), levels=(0.1,))[0]
    assert np.array_equal(again.values, clean.values)
    assert again.bits == pytest.approx(clean.bits / 0.8, rel=0.01)
    same = read(held, Channel(errors=0.1), levels=(0.1,))[0]
    assert np.array_equal(same.values, wrong.values)  # drawn by name, not by order


def test_escapes_are_ignored_checked_or_told() -> None:
    held = part([0.5, 0.011, 0.0101], [0.01, 0.01, 0.01], 0.0005)
    ignored, checked, told = (
        read(held, levels=(0.1,), escape=rule)[0] for rule in ("ignore", "check", "told")
    )
    assert abs(ignored.values[0] - 0.01) <= 0.002 + 1e-6  # wrong, and nothing said so
    assert told.values[0] == np.float32(0.5)
    assert told.counts[0] == 32
    assert told.counts[1:].tolist() == ignored.counts[1:].tolist()
    assert checked.counts[1:].tolist() == [count + 1 for count in ignored.counts[1:].tolist()]
    assert checked.values[0] in (np.float32(0.5), ignored.values[0])
    # Just outside, in the next block of words: the checked bit differs.
    near = part([0.26], [0.24], 0.002)
    checked = read(near, levels=(0.1,), escape="check")[0]
    assert checked.values[0] == np.float32(0.26)
    assert checked.counts[0] == 32


def test_what_is_nearly_certain_is_taken_for_granted_at_little_cost() -> None:
    held = gaussian()
    found = [(r.bits / held.size, explained([held], [r])) for r in Likely().read(held, QUIET)]
    assert is_rising([r2 for _, r2 in found], 1e-3)
    assert all(r2 <= theory(bits) + 0.01 for bits, r2 in found)
    strict = [(r.bits / held.size, explained([held], [r])) for r in read(held, width=4.0)]
    for bits, r2 in found:
        if r2 > 0.5:
            assert bits < np.interp(r2, [r for _, r in strict], [b for b, _ in strict]) - 0.3
    every = list(Likely(assume=0.0, width=3.0).read(held, QUIET))
    assert [r.bits for r in every] == [r.bits for r in read(held)]
