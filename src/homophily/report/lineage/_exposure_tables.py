"""Tables of an exposure audit: strategies, tensors, defences, and what they say in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from homophily.report import numbers
from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.lineage.exposure import Exposure, Point

__all__ = [
    "STRATEGIES",
    "defence_table",
    "exposure_sentence",
    "in_order",
    "point_table",
    "strategy_table",
    "tensor_table",
]

STRATEGIES = {
    "adaptive": "adaptive: open bits only",
    "likely": "adaptive: near-certain bits assumed",
    "raw": "raw top bits, no base",
    "window": "fixed window of bits",
    "layers": "last blocks in full",
    "sign": "1-bit change (BitDelta)",
    "lowrank": "low-rank change",
    "head": "base and head only",
}
_AT = (2, 4, 6, 8)


def in_order(found: Exposure) -> list[str]:
    """The strategies' names as they are told: reading with the base, then what it is measured against."""
    known = list(STRATEGIES)
    return sorted(found.points, key=lambda name: known.index(name) if name in known else len(known))


def exposure_sentence(found: Exposure) -> str:
    """What the audit found, in a few sentences."""
    parts = []
    if "head" in found.points:
        alone = found.points["head"][-1].agreement
        parts.append(
            f"Given the base{' and the new head' if found.new else ''} alone, a copy agrees with "
            f"{numbers.bounded(alone, 3)} of the victim's predictions."
        )
    bits, most = found.bits(found.reader), max(p.agreement for p in found.points[found.reader])
    aim = numbers.bounded(found.target)
    if bits is None:
        parts.append(f"No level of reading holds {aim}; the most is {numbers.bounded(most, 3)}.")
    else:
        parts.append(
            f"{numbers.plain(bits, 1)} bits a weight of {found.stored_bits} "
            f"({numbers.plain(100 * bits / found.stored_bits, 0)} %) bring it to {aim}."
        )
    better = [row for row in found.defences[1:] if bits is not None and (row.bits is None or row.bits > bits)]
    if better:
        best = max(better, key=lambda row: math.inf if row.bits is None else row.bits)
        gain = (
            "no reading holds it"
            if best.bits is None
            else f"{numbers.plain(best.bits - (bits or 0), 1)} bits"
        )
        parts.append(f"Of the defences tried, “{best.title}” buys most: {gain}.")
    if found.commonest > 0.5:
        parts.append(
            f"Mind that the victim's commonest answer alone is {numbers.bounded(found.commonest)} of its "
            "predictions on this probe."
        )
    return " ".join(parts)


def strategy_table(found: Exposure, *, brief: bool = False) -> Table:
    """One row a strategy: bits to the target, agreement at some budgets, the most it reaches.

    Args:
        found: The audit.
        brief: Names and heads short enough for a terminal.
    """
    rows = []
    for name in in_order(found):
        points = found.points[name]
        bits = found.bits(name)
        cells = [_bits(bits), _share(bits, found.stored_bits), *(_at(points, each) for each in _AT)]
        most = max(points, key=lambda p: p.agreement)
        cells.append(numbers.bounded(most.agreement, 3))
        title = name if brief else STRATEGIES.get(name, name)
        rows.append([Cell(title), *(Cell(text, "number") for text in cells)])
    heads = [
        f"Bits to {numbers.bounded(found.target)}",
        "of all bits",
        *(f"at {each} bits" for each in _AT),
        "Most",
    ]
    if brief:
        heads = [heads[0], "of all", *(f"at {each}" for each in _AT), "Most"]
    return Table(
        [Head("Strategy"), *(Head(text, number=True) for text in heads)],
        rows,
        "Bits a weight until agreement stays at the target, and agreement at budgets of bits a weight",
    )


def point_table(found: Exposure) -> Table:
    """Every point of every curve."""
    rows = []
    for name in in_order(found):
        for p in found.points[name]:
            cells = [
                f"{p.level:g}",
                numbers.plain(p.bits, 2),
                f"{numbers.bounded(p.agreement, 3)} {numbers.interval(p.low, p.high, unit=True, digits=3)}",
                _r2(p.explained),
                numbers.plain(p.loss, 3),
                numbers.bounded(p.right, 3),
            ]
            rows.append([Cell(STRATEGIES.get(name, name)), *(Cell(text, "number") for text in cells)])
    heads = ["Level", "Bits a weight", "Agreement", "R² of the change", "Loss, nats", "Right"]
    return Table([Head("Strategy"), *(Head(text, number=True) for text in heads)], rows)


def tensor_table(found: Exposure) -> Table:
    """The reader's tensors, at the first level that holds the target."""
    rows = []
    for row in found.tensors():
        cells = [
            numbers.count(row.size),
            "–" if row.new else f"{row.change:.2g}",
            "–" if row.new else f"{row.sigma:.2g}",
            numbers.plain(row.bits, 2),
            _r2(row.explained),
        ]
        rows.append([Cell(row.name), *(Cell(text, "number") for text in cells)])
    heads = ["Weights", "Change, RMS", "Prior sigma", "Bits a weight", "R² of the change"]
    return Table([Head("Tensor"), *(Head(text, number=True) for text in heads)], rows)


def defence_table(found: Exposure, *, brief: bool = False) -> Table:
    """One row a defence: what it costs the model, and what it costs a reader.

    Args:
        found: The audit, with defences.
        brief: Names and heads short enough for a terminal.
    """
    plain = found.defences[0]
    rows = []
    for row in found.defences:
        bought = "–"
        if row is not plain and plain.bits is not None:
            gained = None if row.bits is None else row.bits - plain.bits
            bought = "never" if gained is None else ("+" if gained >= 0.05 else "") + numbers.plain(gained, 1)
        cells = [
            numbers.bounded(row.right, 3),
            numbers.plain(row.loss, 3),
            numbers.bounded(row.kept, 3),
            _bits(row.bits),
            bought,
            numbers.bounded(row.at_undefended, 3),
            numbers.bounded(row.most, 3),
        ]
        title = (row.name or "none") if brief else row.title
        rows.append([Cell(title), *(Cell(text, "number") for text in cells)])
    heads = [
        "Right",
        "Loss, nats",
        "Kept",
        f"Bits to {numbers.bounded(found.target)}",
        "Bought",
        "At undefended bits",
        "Most",
    ]
    if brief:
        heads[1], heads[5] = "Loss", "At undef."
    return Table([Head("Defence"), *(Head(text, number=True) for text in heads)], rows)


def _bits(bits: float | None) -> str:
    return "not held" if bits is None else numbers.plain(bits, 1)


def _share(bits: float | None, all_bits: int) -> str:
    return "–" if bits is None else f"{numbers.plain(100 * bits / all_bits, 0)} %"


def _at(points: Sequence[Point], bits: float) -> str:
    """The agreement of the last point within a budget."""
    within = [p for p in points if p.bits <= bits]
    return numbers.bounded(max(within, key=lambda p: p.bits).agreement, 3) if within else "–"


def _r2(value: float) -> str:
    return "below 0" if value < -0.0005 else numbers.bounded(max(value, 0.0) if value == value else value, 3)
