"""A budget of bits: in which order tensors are read, and where the reading stops."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np

from homophily.errors import UnknownName
from homophily.lineage.exposure.part import Part, Reading

__all__ = ["ORDERS", "Order", "in_order", "spend"]

Order = Literal["name", "size", "gain", "last"]
ORDERS: tuple[str, ...] = get_args(Order)


def in_order(parts: Sequence[Part], order: str) -> list[int]:
    """Places of the parts in the order in which they are read; those without a counterpart come first.

    Args:
        parts: The victim's tensors.
        order: By ``name`` (numbers as numbers); by ``size``, smallest first; by expected ``gain``, the
            prior's variance of a weight, largest first; or from the ``last`` block towards the first, what
            follows the blocks before them and what precedes them at the end.

    Raises:
        UnknownName: No such order.
    """
    if order not in ORDERS:
        raise UnknownName("order of tensors", order, ORDERS)

    def key(place: int) -> tuple[object, ...]:
        part = parts[place]
        name = tuple((int(p), "") if p.isdigit() else (-1, p) for p in re.split(r"(\d+)", part.name))
        new = part.base is not None
        if order == "size":
            return new, part.size, name
        if order == "gain":
            return new, -part.sigma if np.isfinite(part.sigma) else 0.0, name
        if order == "last":
            return new, part.block is None, part.block or 0, name
        return new, name

    return sorted(range(len(parts)), key=key)


def spend(
    parts: Sequence[Part], readings: Sequence[Reading], bits: float, order: str = "name"
) -> list[Reading]:
    """What is held when reading stops after a number of bits.

    The tensor at which the budget ends is read up to the weight that no longer fits, in the order of its
    numbers; of what was not reached the base's numbers are taken, or 0 where it has none.

    Args:
        parts: The victim's tensors.
        readings: Of each, without a budget.
        bits: The budget, in all.
        order: See `in_order`.
    """
    held = list(readings)
    left = bits
    for place in in_order(parts, order):
        reading = readings[place]
        if reading.bits <= left:
            left -= reading.bits
            continue
        held[place] = _cut(parts[place], reading, left)
        left = 0
    return held


def _cut(part: Part, reading: Reading, bits: float) -> Reading:
    if reading.extra:  # scales and factors are of use as a whole only
        bits = 0
    counts = reading.counts.reshape(-1)
    reached = np.cumsum(counts, dtype=np.int64) <= bits
    without = np.zeros(part.victim.shape, np.float32) if part.base is None else np.nan_to_num(part.base)
    values = np.where(reached, reading.values.reshape(-1), without.reshape(-1))
    shape = part.victim.shape
    return Reading(
        values.reshape(shape).astype(np.float32), np.where(reached, counts, 0).astype(np.uint8).reshape(shape)
    )
