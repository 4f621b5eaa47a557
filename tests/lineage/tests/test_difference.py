"""Grids, ranks, zeros and rounding between two matrices."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from homophily.lineage.tests._difference import difference
from homophily.lineage.tests._grid import grid_bits
from homophily.lineage.tests._rank import delta_rank


def matrix(shape: tuple[int, int] = (96, 64), seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=0.02, size=shape).astype(np.float32)


def bfloat16(array: np.ndarray) -> np.ndarray:
    return torch.from_numpy(array).bfloat16().float().numpy()


def absmax(array: np.ndarray, bits: int, group: int) -> np.ndarray:
    """Symmetric integers, one scale for so many contiguous weights of a row; 0 for the row."""
    parts = array.reshape(-1, group) if group else array
    step = np.abs(parts).max(1, keepdims=True) / (2 ** (bits - 1) - 1)
    return (np.rint(parts / step) * step).reshape(array.shape).astype(np.float32)


@pytest.mark.parametrize("bits", [3, 4, 6, 8])
@pytest.mark.parametrize("group", [0, 32])
def test_absmax_grids_are_found_in_both_types(bits: int, group: int) -> None:
    quantised = absmax(matrix(), bits, group)
    assert grid_bits(quantised) == bits
    assert grid_bits(bfloat16(quantised)) == bits


def test_affine_grids_and_code_books_are_found() -> None:
    array = matrix()
    low, span = array.min(1, keepdims=True), np.ptp(array, axis=1, keepdims=True)
    step = span / 15
    assert grid_bits((np.rint((array - low) / step) * step + low).astype(np.float32)) == 4
    book = np.sort(np.random.default_rng(3).normal(size=16)).astype(np.float32)
    parts = array.reshape(-1, 64)
    scale = np.abs(parts).max(1, keepdims=True)
    near = np.abs((parts / scale)[..., None] - book / np.abs(book).max()).argmin(-1)
    assert grid_bits((book[near] * scale).reshape(array.shape)) == 4


@pytest.mark.parametrize("seed", range(20))
def test_no_grid_is_seen_where_there_is_none(seed: int) -> None:
    array = matrix(seed=seed)
    pruned = np.where(np.abs(array) < np.quantile(np.abs(array), 0.9), 0, array)
    for plain in (
        array,
        bfloat16(array),
        array.astype(np.float16).astype(np.float32),
        pruned,
        bfloat16(pruned),
    ):
        assert grid_bits(plain) is None


@pytest.mark.parametrize("turn", [lambda x: x, bfloat16])
def test_the_rank_of_a_merged_adapter_is_found_through_rounding(turn: object) -> None:
    assert callable(turn)
    rng = np.random.default_rng(1)
    a = turn(matrix((128, 96)))
    low = (0.002 * rng.normal(size=(128, 6)) @ rng.normal(size=(6, 96))).astype(np.float32)
    assert delta_rank(a, turn(a + low)) == 6
    assert (delta_rank(a, turn(a + matrix((128, 96), 2) * 0.1)) or 0) > 60
    assert delta_rank(a, a) == 0


def test_a_full_change_of_a_wide_matrix_is_no_adapter() -> None:
    a = bfloat16(matrix((1500, 1100)))
    found = difference("q", 0, a, bfloat16(a + 0.05 * matrix((1500, 1100), 3)))
    assert found.shorter == 512
    assert (found.rank or 0) > 0.5 * found.shorter


def test_a_difference_of_mere_rounding_has_no_rank() -> None:
    a = matrix()
    assert delta_rank(a, bfloat16(a)) is None


def test_shares_are_counted_whole_over_blocks() -> None:
    a = matrix((5000, 1000))
    b = a.copy()
    b[:, :100] = 0
    b[:500] *= 1.5
    found = difference("up", 0, a, b, thorough=False)
    assert found.zeros_b == pytest.approx(0.1)
    assert found.kept == pytest.approx(0.9)
    assert found.same == pytest.approx(0.81)
    assert found.cosine == pytest.approx(np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b), rel=1e-4)
    assert found.relative == pytest.approx(np.linalg.norm(b - a) / np.linalg.norm(a), rel=1e-4)
    assert found.share == pytest.approx(np.vdot(a, b) / np.vdot(a, a), rel=1e-4)


def test_rounding_is_told_with_its_side() -> None:
    a = matrix()
    assert difference("up", 0, a, bfloat16(a)).rounded == "b"
    assert difference("up", 0, a.astype(np.float16).astype(np.float32), a).rounded == "a"
    assert difference("up", 0, a, a).rounded == ""
    assert difference("up", 0, a, matrix(seed=4)).rounded == ""
