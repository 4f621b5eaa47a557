"""Budgets: the order in which tensors are read, and where the reading stops."""

import numpy as np
import pytest

from homophily.errors import UnknownName, UsageError
from homophily.lineage.exposure.budget import ORDERS, in_order, spend
from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.strategies.adaptive import Adaptive


def part(name: str, size: int, sigma: float, block: int | None, *, new: bool = False) -> Part:
    chance = np.random.default_rng(size)
    base = chance.normal(0, 0.1, size).astype(np.float32)
    victim = base + chance.normal(0, sigma, size).astype(np.float32)
    return Part(name, victim, None if new else base, sigma, block=block)


PARTS = [
    part("embed", 300, 0.01, None),
    part("h.10.w", 100, 0.02, 1),
    part("h.9.w", 200, 0.03, 2),
    part("norm", 10, 0.001, 0),
    part("score", 20, 0.0, 0, new=True),
]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("name", ["score", "embed", "h.9.w", "h.10.w", "norm"]),
        ("size", ["score", "norm", "h.10.w", "h.9.w", "embed"]),
        ("gain", ["score", "h.9.w", "h.10.w", "embed", "norm"]),
        ("last", ["score", "norm", "h.10.w", "h.9.w", "embed"]),
    ],
)
def test_orders(order: str, wanted: list[str]) -> None:
    assert [PARTS[place].name for place in in_order(PARTS, order)] == wanted


def test_an_unknown_order_is_told() -> None:
    with pytest.raises(UnknownName, match=r"no order of tensors named 'siz'. Did you mean 'size'"):
        in_order(PARTS, "siz")
    with pytest.raises(UsageError, match=r"errors=1.5: a probability"):
        Channel(errors=1.5)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("budget", [0, 1, 700, 1500, 10**9])
def test_a_budget_is_never_passed_and_hardly_left(order: str, budget: int) -> None:
    readings = [next(Adaptive(levels=(0.1,)).read(each, Channel())) for each in PARTS]
    held = spend(PARTS, readings, budget, order)
    spent, full = sum(r.bits for r in held), sum(r.bits for r in readings)
    assert spent <= budget
    assert spent >= min(full, budget - 32)
    reached = [PARTS[p].name for p in in_order(PARTS, order) if held[p].bits]
    assert reached == [PARTS[p].name for p in in_order(PARTS, order)][: len(reached)]
    for each, reading in zip(PARTS, held, strict=True):
        if not reading.bits and each.base is not None:
            assert np.array_equal(reading.values, each.base)
