"""The ordered map: one to one, monotone, both zeros, words as the machine stores them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily.errors import UsageError
from homophily.lineage.exposure.formats import FLOATS, Codes, format_of

WORDS = {name: st.integers(0, (1 << form.bits) - 1) for name, form in FLOATS.items()}


@pytest.mark.parametrize("name", ["float16", "bfloat16"])
def test_the_map_is_one_to_one_over_every_word_of_sixteen_bits(name: str) -> None:
    form, words = FLOATS[name], np.arange(1 << 16, dtype=np.uint32)
    ordered = form.order(words)
    assert np.array_equal(np.sort(ordered), words)
    assert np.array_equal(form.unorder(ordered), words)
    values = form.values(form.unorder(words))  # in the order of the map
    finite = values[np.isfinite(values)]
    assert np.all(np.diff(finite) >= 0)
    assert np.sum(np.diff(finite) == 0) == 1  # the two zeros alone


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=2, max_size=20))
def test_the_map_of_32_bits_is_monotone_and_returns(values: list[float]) -> None:
    form, array = FLOATS["float32"], np.sort(np.array(values, np.float32))
    ordered = form.encode(array).astype(np.int64)
    assert np.all(
        (np.diff(ordered) > 0) == (np.diff(array) > 0) | (np.diff(np.signbit(array).astype(int)) < 0)
    )
    assert np.array_equal(form.decode(form.encode(array)), array.astype(np.float64))


@given(WORDS["float32"])
def test_every_word_of_32_bits_returns(word: int) -> None:
    form, words = FLOATS["float32"], np.array([word], np.uint32)
    assert form.unorder(form.order(words)) == words


@pytest.mark.parametrize("name", FLOATS)
def test_minus_zero_lies_directly_below_zero(name: str) -> None:
    form = FLOATS[name]
    below, above = form.encode(np.array([-0.0, 0.0], np.float32)).astype(int)
    assert above == below + 1 == 1 << (form.bits - 1)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_bfloat16_rounds_to_the_nearest_as_torch_does(value: float) -> None:
    torch = pytest.importorskip("torch")
    form, given_ = FLOATS["bfloat16"], np.array([value], np.float32)
    ours = form.values(form.words(given_))
    theirs = torch.from_numpy(given_.copy()).to(torch.bfloat16).float().numpy()
    if np.isfinite(theirs[0]):
        assert ours[0] == theirs[0]
    else:
        assert abs(ours[0]) == np.float32(3.3895314e38)


def test_what_is_too_large_becomes_the_largest() -> None:
    assert FLOATS["float16"].decode(FLOATS["float16"].encode(np.array([1e6, -1e6]))).tolist() == [
        65504,
        -65504,
    ]


def test_codes_are_the_nearest_multiples_of_the_scale() -> None:
    form = Codes(4, np.array([0.5, 0.5, 0.5, 0.0]))
    codes = form.encode(np.array([0.74, -99.0, 99.0, 3.0]))
    assert form.decode(codes).tolist() == [0.5, -3.5, 3.5, 0.0]
    assert form.decode(codes[1:3], np.array([1, 2])).tolist() == [-3.5, 3.5]


def test_a_quantised_tensor_is_refused_in_a_line() -> None:
    assert format_of("bfloat16", "x").bits == 16
    with pytest.raises(UsageError, match=r"x is stored as gptq int4; exposure is read for float32"):
        format_of("gptq int4", "x")
    assert math.log2(1 << FLOATS["float32"].bits) == 32
