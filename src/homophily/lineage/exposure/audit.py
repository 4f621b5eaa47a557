"""The audit: every strategy's curve, the table of tensors, and what each defence buys."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from homophily.lineage.exposure.channel import Channel
from homophily.lineage.exposure.curve import Point, Strategy, TensorRow, sweep
from homophily.lineage.exposure.defences import Defence
from homophily.lineage.exposure.kept import Kept
from homophily.lineage.exposure.measures import bits_to
from homophily.lineage.exposure.part import Part
from homophily.lineage.exposure.subject import Answers, Subject

__all__ = ["DefenceRow", "Exposure", "audit"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class DefenceRow:
    """What one defence costs and buys.

    Attributes:
        name: As it was asked for; empty for the victim as it is.
        title: In words.
        right: Share of right first choices of the defended model; None where the truth is not known.
        loss: Its mean cross-entropy in nats; None where the truth is not known.
        kept: Share of the undefended victim's first choices that it still gives.
        bits: Bits a weight to the target, of agreement with the defended model; None where no level holds it.
        most: The highest agreement that any level reached.
        at_undefended: Agreement at the bits that reach the target without a defence; NaN where nothing does.
    """

    name: str
    title: str
    right: float | None
    loss: float | None
    kept: float
    bits: float | None
    most: float
    at_undefended: float


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a leak would reveal.

    Attributes:
        target: Agreement that counts as revealed.
        reader: The strategy of the table of tensors and of the defences.
        points: Of each strategy, by its name, from little to much.
        defences: The undefended victim first; empty where none were tried.
        weights: Of the victim, tied ones once.
        stored_bits: Bits of a stored weight, of most weights.
        new: Of these without a counterpart in the base.
        right: Share of the victim's own first choices that are right; None where the truth is not known.
        loss: Its mean cross-entropy in nats; None where the truth is not known.
        predictions: First choices on the probe.
        commonest: Share of them that are the commonest one: what a guess without any weights agrees in.
    """

    target: float
    reader: str
    points: Mapping[str, Sequence[Point]]
    defences: Sequence[DefenceRow] = field(default_factory=tuple)
    weights: int = 0
    stored_bits: int = 32
    new: int = 0
    right: float | None = None
    loss: float | None = None
    predictions: int = 0
    commonest: float = 0.0

    def bits(self, strategy: str) -> float | None:
        """Bits a weight with which a strategy reaches the target; None if it does not."""
        return _bits(self.points[strategy], self.target)

    def tensors(self) -> tuple[TensorRow, ...]:
        """The reader's tensors at the first level from which on it stays at the target, or the last level."""
        points = list(self.points[self.reader])
        while len(points) > 1 and points[-2].agreement >= self.target:
            points.pop()
        return points[-1].tensors


def audit(
    parts: Sequence[Part],
    subject: Subject,
    strategies: Mapping[str, Strategy],
    *,
    reader: str = "likely",
    defences: Sequence[Defence] = (),
    target: float = 0.95,
    channel: Channel | None = None,
    budget: float = math.inf,
    order: str = "name",
    kept: Kept | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Exposure:
    """Find what a leak of a victim's bits would reveal, given its public base.

    Args:
        parts: From `pair`.
        subject: The victim's model.
        strategies: By name.
        reader: One of them, of which tensors are told, and which meets the defences.
        defences: Each is applied to the victim, and the reader's curve made again.
        target: Agreement that counts as revealed.
        channel: How bits arrive.
        budget: Most bits a weight.
        order: In which tensors are read under a budget.
        kept: Where finished curves are kept, and found again.
        progress: Told what is under way, levels done, and all levels of it.
    """
    bench = _Bench(
        subject, subject.follow(parts), channel or Channel(), budget, order, kept or Kept(), progress
    )
    victim = bench.victim = bench.run(bench.parts)
    points = {name: bench.curve(name, each, bench.parts, victim) for name, each in strategies.items()}
    rows = []
    if defences:
        own = points[reader]
        rows.append(DefenceRow("", "none", victim.right, victim.loss, 1.0, *_reached(own, own, target)))
        rows += [bench.defended(defence, reader, strategies[reader], own, target) for defence in defences]
    return Exposure(
        target=target,
        reader=reader,
        points=points,
        defences=tuple(rows),
        weights=sum(part.size for part in bench.parts),
        stored_bits=max(bench.parts, key=lambda part: part.size).stored.bits,
        new=sum(part.size for part in bench.parts if part.base is None),
        right=victim.right,
        loss=victim.loss,
        predictions=len(victim.said),
        commonest=float(np.unique(victim.said, return_counts=True)[1].max() / len(victim.said)),
    )


@dataclass(slots=True)
class _Bench:
    """What every curve of an audit has in common."""

    subject: Subject
    parts: Sequence[Part]
    channel: Channel
    budget: float
    order: str
    kept: Kept
    progress: Progress
    victim: Answers = field(init=False)

    def run(self, parts: Sequence[Part]) -> Answers:
        """The model's answers with the parts' own weights."""
        return self.subject.answers({part.name: part.victim for part in parts})

    def curve(
        self, name: str, strategy: Strategy, parts: Sequence[Part], victim: Answers, under: str = ""
    ) -> list[Point]:
        """A strategy's points, kept ones if there are some."""

        def make() -> list[Point]:
            return sweep(
                name,
                strategy,
                parts,
                self.subject,
                victim,
                channel=self.channel,
                budget=self.budget,
                order=self.order,
                progress=lambda what, done, total: self.progress(under or what, done, total),
            )

        return self.kept.of(f"{name} {under}".strip(), strategy, make)

    def defended(
        self, defence: Defence, reader: str, strategy: Strategy, own: Sequence[Point], target: float
    ) -> DefenceRow:
        """What one defence costs and buys."""
        parts = defence.apply(self.parts)
        said = self.run(parts)
        hits, totals = said.agreement(self.victim)
        points = self.curve(reader, strategy, parts, said, defence.name)
        kept = float(hits.sum() / totals.sum())
        return DefenceRow(
            defence.name, defence.title, said.right, said.loss, kept, *_reached(points, own, target)
        )


def _bits(points: Sequence[Point], target: float) -> float | None:
    return bits_to(target, [p.bits for p in points], [p.agreement for p in points])


def _reached(
    points: Sequence[Point], undefended: Sequence[Point], target: float
) -> tuple[float | None, float, float]:
    """Bits to the target, the most agreement, and the agreement at the undefended victim's bits."""
    known = _bits(undefended, target)
    at = math.nan
    if known is not None:
        at = float(np.interp(known, [p.bits for p in points], [p.agreement for p in points]))
    return _bits(points, target), max(p.agreement for p in points), at
