"""The curve: bits a weight against agreement with the victim, strategy by strategy, level by level."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from homophily.lineage.exposure.budget import spend
from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.measures import agreement_interval, explained
from homophily.lineage.exposure.part import Part, Reading
from homophily.lineage.exposure.subject import Answers, Subject

__all__ = ["Point", "Strategy", "TensorRow", "sweep"]


class Strategy(Protocol):
    """A way of reading; one file each in ``strategies/``."""

    @property
    def levels(self) -> tuple[float, ...]:
        """What is swept, in the strategy's own terms, from little to much."""

    def read(self, part: Part, channel: Channel) -> Iterator[Reading]:
        """Readings of a part at each level in turn."""


@dataclass(frozen=True, slots=True)
class TensorRow:
    """One tensor at one point.

    Attributes:
        name: As stored.
        size: Its weights.
        block: Counted from the last; 0 behind the blocks, None before them.
        new: Whether the base has no counterpart.
        change: Root mean square of victim - base; NaN without a counterpart.
        sigma: What the prior took it to be.
        bits: Read of each weight, on average.
        explained: R² of its change; NaN without a counterpart, or where nothing changed.
    """

    name: str
    size: int
    block: int | None
    new: bool
    change: float
    sigma: float
    bits: float
    explained: float


@dataclass(frozen=True, slots=True)
class Point:
    """What one strategy reveals at one level.

    Attributes:
        strategy: Its name.
        level: In the strategy's own terms.
        bits: Read, divided by all of the victim's weights.
        body_bits: The same over the weights that have a counterpart.
        explained: R² of the change over these.
        agreement: Share of first choices on the probe that are the victim's.
        low: Lower end of its 95 % interval, over texts.
        high: Upper end.
        loss: Mean cross-entropy of the reconstruction in nats; None where the truth is not known.
        right: Share of its first choices that are right; None where that is not known.
        tensors: The same by tensor.
    """

    strategy: str
    level: float
    bits: float
    body_bits: float
    explained: float
    agreement: float
    low: float
    high: float
    loss: float | None
    right: float | None
    tensors: tuple[TensorRow, ...] = ()


def sweep(
    name: str,
    strategy: Strategy,
    parts: Sequence[Part],
    subject: Subject,
    victim: Answers,
    *,
    channel: Channel | None = None,
    budget: float = math.inf,
    order: str = "name",
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> list[Point]:
    """Read the parts at each of a strategy's levels, and run the model on what was read.

    Args:
        name: The strategy's.
        strategy: With its settings.
        parts: All that the model runs.
        subject: The model.
        victim: Its answers with the victim's weights.
        channel: How bits arrive; without noise if left out.
        budget: Most bits a weight, over all weights.
        order: In which tensors are read under a budget (`budget.in_order`).
        progress: Told name, levels done, and all levels.
    """
    channel = channel or Channel()
    total = sum(part.size for part in parts)
    readers = [_hidden(part, strategy) if part.private else strategy.read(part, channel) for part in parts]
    points = []
    for place, level in enumerate(strategy.levels):
        readings = [next(reader) for reader in readers]
        if math.isfinite(budget):
            readings = spend(parts, readings, budget * total, order)
        points.append(_point(name, level, parts, readings, subject, victim))
        progress(name, place + 1, len(strategy.levels))
    return points


def _hidden(part: Part, strategy: Strategy) -> Iterator[Reading]:
    """The base's numbers, or 0 where it has none: no bit of a private part leaks."""
    without = np.zeros(part.victim.shape, np.float32) if part.base is None else np.nan_to_num(part.base)
    for _ in strategy.levels:
        yield Reading(without, np.zeros(part.victim.shape, np.uint8))


def _point(
    name: str,
    level: float,
    parts: Sequence[Part],
    readings: Sequence[Reading],
    subject: Subject,
    victim: Answers,
) -> Point:
    said = subject.answers({part.name: r.values for part, r in zip(parts, readings, strict=True)})
    hits, totals = said.agreement(victim)
    low, high = agreement_interval(hits, totals)
    body = [(part, r) for part, r in zip(parts, readings, strict=True) if part.base is not None]
    return Point(
        strategy=name,
        level=float(level),
        bits=sum(r.bits for r in readings) / sum(part.size for part in parts),
        body_bits=sum(r.bits for _, r in body) / max(1, sum(part.size for part, _ in body)),
        explained=explained(parts, readings),
        agreement=float(hits.sum() / totals.sum()),
        low=low,
        high=high,
        loss=said.loss,
        right=said.right,
        tensors=tuple(_row(part, r) for part, r in zip(parts, readings, strict=True)),
    )


def _row(part: Part, reading: Reading) -> TensorRow:
    change = float("nan")
    if part.base is not None:
        moved = (part.victim.astype(np.float64) - part.base)[np.isfinite(part.base)]
        change = float(np.sqrt(np.mean(np.square(moved)))) if moved.size else float("nan")
    return TensorRow(
        name=part.name,
        size=part.size,
        block=part.block,
        new=part.base is None,
        change=change,
        sigma=part.sigma if part.base is not None else float("nan"),
        bits=reading.bits / max(1, part.size),
        explained=explained([part], [reading]),
    )
