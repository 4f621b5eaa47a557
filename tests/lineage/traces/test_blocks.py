"""Blocks in sequences whose period is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homophily import seeds
from homophily.lineage.traces.blocks import blocks


def sequence(period: int, count: int, before: int = 7, after: int = 5) -> list[str]:
    """Words of which only the block repeats."""
    block = [f"b{i}" for i in range(period)]
    return [f"p{i}" for i in range(before)] + block * count + [f"e{i}" for i in range(after)]


@given(st.integers(4, 60), st.integers(2, 30), st.integers(0, 40), st.integers(0, 40))
def test_finds_period_count_and_place(period: int, count: int, before: int, after: int) -> None:
    found = blocks(sequence(period, count, before, after))[0]
    assert (found.period, found.count, found.start, found.end) == (
        period,
        count,
        before,
        before + period * count,
    )
    assert found.exact


def test_projections_within_a_layer_are_no_layers() -> None:
    layer = ["norm", *["linear", "view", "transpose"] * 3, "softmax", "out", "up", "down"]
    found = blocks(layer * 5)[0]
    assert (found.period, found.count) == (len(layer), 5)


def test_an_encoder_and_a_decoder_are_two() -> None:
    encoder, decoder = [f"e{i}" for i in range(9)], [f"d{i}" for i in range(14)]
    found = blocks(["x", *encoder * 6, "y", *decoder * 3])
    assert [(each.period, each.count) for each in found] == [(9, 6), (14, 3)]


@pytest.mark.parametrize("short", [[], ["a"], ["a", "b", "c"], list("abcdefgh")])
def test_nothing_repeats(short: list[str]) -> None:
    assert blocks(short) == []


@pytest.mark.parametrize("lost", [0.02, 0.05, 0.1])
def test_counts_in_spite_of_lost_events(lost: float) -> None:
    chance = seeds.generator("lost", lost)
    right = 0
    for _ in range(20):
        period, count = int(chance.integers(30, 60)), int(chance.integers(4, 12))
        whole = sequence(period, count, 30, 20)
        kept = [word for word in whole if chance.random() >= lost]
        found = blocks(kept)[0]
        right += found.count == count
    assert right >= 18


def test_a_shuffled_sequence_has_no_layers() -> None:
    words = sequence(40, 8)
    chance = np.random.default_rng(3)
    counts = [each.count for _ in range(10) for each in blocks(list(chance.permutation(words)))[:1]]
    assert not any(count == 8 for count in counts)
