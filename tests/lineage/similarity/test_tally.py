"""Every measure against plain numpy on whole arrays; sums that add up; special numbers."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from homophily.lineage.checkpoints import _dtypes as dtypes
from homophily.lineage.similarity import QUANTILES, THRESHOLDS, Tally, tally
from homophily.lineage.similarity.meter import BLOCK, Meter

FLOATS = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")


def stored(values: np.ndarray, name: str) -> np.ndarray:
    """Numbers as a dtype stores them, by torch."""
    tensor = torch.from_numpy(np.ascontiguousarray(values, np.float64)).to(getattr(torch, name))
    if name == "bfloat16":
        return tensor.view(torch.uint16).numpy()
    return tensor.view(torch.uint8).numpy() if name.startswith("float8") else tensor.numpy()


def wide(words: np.ndarray, name: str) -> np.ndarray:
    """Stored numbers in float64, by torch."""
    return torch.from_numpy(words.copy()).view(getattr(torch, name)).double().numpy()


def plain(a: np.ndarray, b: np.ndarray, name: str) -> dict[str, Any]:
    """Every measure the long way: whole arrays, float64, bits one by one."""
    dtype = dtypes.BY_NAME[name]
    x, y = wide(a, name).reshape(-1), wide(b, name).reshape(-1)
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    gap = np.abs(y - x)
    size = 8 * dtype.size
    words = [each.reshape(-1).view(f"u{dtype.size}").astype(np.uint64) for each in (a, b)]
    same = np.array(
        [
            [(int(p) ^ int(q)) >> (size - 1 - k) & 1 == 0 for k in range(size)]
            for p, q in zip(*words, strict=True)
        ]
    )
    last = 1 + dtype.exponent
    norm = math.sqrt(x @ x) * math.sqrt(y @ y)
    return {
        "weights": a.size,
        "nonfinite": int((~good).sum()),
        "cosine": x @ y / norm if norm else math.nan,
        "relative_l2": math.sqrt(gap @ gap / (x @ x)) if x @ x else math.nan,
        "within": [float((gap <= limit).mean()) if len(gap) else math.nan for limit in THRESHOLDS],
        "sign": same[:, 0].mean(),
        "exponent": same[:, 1:last].all(1).mean(),
        "mantissa": same[:, last : last + dtype.mantissa].mean(0),
        "identical": same.all(1).mean(),
    }


def check(found: Tally, wanted: dict[str, Any], *, close: float = 3e-6) -> None:
    measures = found.measures()
    for name in ("weights", "nonfinite", "sign", "exponent", "identical"):
        assert measures[name] == pytest.approx(wanted[name], abs=1e-12), name
    assert measures["mantissa"] == pytest.approx(list(wanted["mantissa"]), abs=1e-12)
    assert list(measures["within"].values()) == pytest.approx(wanted["within"], abs=1e-12, nan_ok=True)
    assert measures["cosine"] == pytest.approx(wanted["cosine"], abs=close, nan_ok=True)
    assert measures["relative_l2"] == pytest.approx(wanted["relative_l2"], rel=close, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", FLOATS)
@pytest.mark.parametrize("shape", [(1,), (7,), (64, 33), (3, 5, 2)])
def test_measures_are_those_of_whole_arrays(name: str, shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(len(shape))
    x = random.normal(0, 0.02, shape) if "float8" not in name else random.normal(0, 2, shape)
    y = x + random.normal(0, 0.002, shape)
    a, b = stored(x, name), stored(y, name)
    check(tally(a, b, bits=name), plain(a, b, name))


@pytest.mark.parametrize("number", [1000, 1001])
def test_arrays_that_begin_anywhere_in_memory(number: int) -> None:
    random = np.random.default_rng(2)
    words = stored(random.normal(0, 0.02, (2, number + 1)), "bfloat16")
    for a, b in (
        (words[0, 1:], words[1, :-1]),
        (words[0, :-1], words[1, 1:]),
        (words[0, 1:], words[0, 1:].copy()),
    ):
        check(tally(a, b, bits="bfloat16"), plain(a, b, "bfloat16"))


SPECIAL = [0.0, -0.0, math.nan, math.inf, -math.inf, 1e-45, -1e-42, 1e-30, 1e-12, 3e38, -1e30, 1.0, -1.0, 0.5]


@settings(max_examples=250, deadline=None)
@given(
    st.sampled_from(FLOATS),
    st.data(),
    hnp.array_shapes(min_dims=1, max_dims=3, max_side=9),
)
def test_special_numbers_and_odd_shapes(name: str, data: st.DataObject, shape: tuple[int, ...]) -> None:
    numbers = st.sampled_from(SPECIAL) | st.floats(-2, 2, width=32)
    with np.errstate(all="ignore"):
        x, y = (data.draw(hnp.arrays(np.float64, shape, elements=numbers)) for _ in range(2))
        if data.draw(st.booleans()):
            y = np.where(data.draw(hnp.arrays(bool, shape)), x, y)
        a, b = stored(x, name), stored(y, name)
        wanted = plain(a, b, name)
    check(tally(a, b, bits=name), wanted)


def test_random_words_of_every_kind() -> None:
    """All 65,536 bfloat16 against a shuffle of them: every NaN, infinity and denormal is among them."""
    a = np.arange(1 << 16, dtype=np.uint16)
    b = np.random.default_rng(0).permutation(a)
    found = tally(a, b, bits="bfloat16")
    x, y = wide(a, "bfloat16"), wide(b, "bfloat16")
    assert found.nonfinite == int((~(np.isfinite(x) & np.isfinite(y))).sum())
    differ = a ^ b
    assert found.sign == int((differ & 0x8000 == 0).sum())
    assert found.exponent == int((differ & 0x7F80 == 0).sum())
    assert found.identical == int((differ == 0).sum())
    assert [int(n) for n in found.mantissa[:7]] == [
        int((differ >> k & 1 == 0).sum()) for k in range(6, -1, -1)
    ]


@pytest.mark.parametrize("name", ["bfloat16", "float32", "float16"])
def test_many_blocks_and_their_histogram(name: str) -> None:
    random = np.random.default_rng(3)
    number = 2 * BLOCK + 12345
    x = random.normal(0, 0.02, number)
    a, b = stored(x, name), stored(x + random.normal(0, 1e-3, number), name)
    found = tally(a, b, bits=name)
    gap = np.abs(wide(b, name) - wide(a, name))
    x, y = wide(a, name), wide(b, name)
    assert found.cosine == pytest.approx(x @ y / math.sqrt((x @ x) * (y @ y)), abs=3e-8)
    assert found.relative_l2 == pytest.approx(math.sqrt(gap @ gap / (x @ x)), rel=1e-5)
    for share in QUANTILES:
        # Numbers of few bits differ by few amounts: the share below the quantile is what must fit.
        told = found.quantile(share)
        assert (gap < told * 0.97).mean() <= share + 0.01
        assert (gap <= told * 1.03).mean() >= share - 0.01


def test_near_twins_keep_the_digits_of_one_minus_cosine() -> None:
    random = np.random.default_rng(4)
    x = random.normal(0, 0.02, 3_000_000).astype(np.float32)
    y = x + random.normal(0, 2e-6, x.shape).astype(np.float32)
    wanted = x.astype(float) @ y / math.sqrt((x.astype(float) @ x) * (y.astype(float) @ y))
    assert 1 - tally(x, y).cosine == pytest.approx(1 - wanted, rel=0.02)
    assert tally(x, x).cosine == 1.0
    assert tally(x, 3 * x).cosine == pytest.approx(1, abs=1e-6)
    assert tally(x, -x).cosine == pytest.approx(-1, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 400), min_size=1, max_size=5))
def test_tallies_add_up_exactly(seed: int, cuts: list[int]) -> None:
    """Whatever is cut where, the sum is the same: counts exactly, sums to the last digits of float64."""
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, 400).astype(np.float32)
    y = (x + random.normal(0, 0.1, 400)).astype(np.float32)
    edges = [0, *sorted(cuts), 400]
    parts = [tally(x[i:j], y[i:j]) for i, j in pairwise(edges)]
    whole, summed = tally(x, y), Tally.total(parts)
    assert (summed.pairs, summed.within, summed.words) == (whole.pairs, whole.within, whole.words)
    assert (summed.sign, summed.exponent, summed.identical) == (whole.sign, whole.exponent, whole.identical)
    np.testing.assert_array_equal(summed.mantissa, whole.mantissa)
    np.testing.assert_array_equal(summed.histogram, whole.histogram)
    assert summed.dd == pytest.approx(whole.dd, rel=1e-6)


def test_nothing_measures_as_missing() -> None:
    measures = Tally().measures()
    assert measures["weights"] == 0
    assert math.isnan(measures["cosine"])
    assert math.isnan(measures["quantiles"]["0.5"])
    zeros = tally(np.zeros(4, np.float32), np.zeros(4, np.float32))
    assert math.isnan(zeros.cosine)
    assert zeros.measures()["identical"] == 1
    assert zeros.quantile(0.5) == 0


def test_mixed_dtypes_are_compared_in_the_coarser_words() -> None:
    random = np.random.default_rng(6)
    x = random.normal(0, 0.02, 5000).astype(np.float32)
    cast = wide(stored(x, "bfloat16"), "bfloat16").astype(np.float32)
    found = Tally()
    Meter().add_mixed(x, cast, dtypes.BY_NAME["bfloat16"], found)
    assert found.identical == 5000
    assert found.cosine < 1
    assert found.relative_l2 == pytest.approx(np.linalg.norm(cast - x) / np.linalg.norm(x), rel=1e-5)
