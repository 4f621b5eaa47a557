"""Experiments: which panels play under which protocol, in which speaking orders."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homophily.studies.debate.design import DebateDesign

__all__ = ["Experiment", "balanced", "experiments"]
__references__ = ("williams1949",)

_PREFIXES = {"synchronous": "sync", "round_robin": "rr", "solo": "solo"}
_SIGNS = {"synchronous": "+", "round_robin": ">", "solo": ""}


@dataclass(frozen=True, slots=True)
class Experiment:
    """A panel under a protocol.

    Attributes:
        protocol: ``synchronous``, ``round_robin`` or ``solo``.
        members: Respondents by name, in speaking order.
    """

    protocol: str
    members: tuple[str, ...]

    @property
    def name(self) -> str:
        """As tables and session ids have it: ``sync:a+b``, ``rr:a>b>c``, ``solo:a``."""
        return f"{_PREFIXES[self.protocol]}:{_SIGNS[self.protocol].join(self.members)}"


def experiments(design: DebateDesign) -> Iterator[Experiment]:
    """Every experiment of a design: solo arms, then by panel the synchronous one and the orders in turn."""
    groups = list(_groups(design))
    if design.panels.solo:
        seen = dict.fromkeys(name for group in groups for name in group) or dict.fromkeys(design.members())
        yield from (Experiment("solo", (name,)) for name in seen)
    for group in groups:
        if "synchronous" in design.protocols:
            yield Experiment("synchronous", group)
        if "round_robin" in design.protocols:
            yield from (Experiment("round_robin", order) for order in _orders(group, design.panels.orders))


def balanced(members: Sequence[str]) -> list[tuple[str, ...]]:
    """A Latin square of speaking orders: as many as members, each member once at every place.

    For an even number it is Williams' (1949) design: also, each member speaks directly after every other one
    once. For an odd number the orders are the cyclic ones.
    """
    k = len(members)
    first = list(range(k))
    if k % 2 == 0:  # 0, 1, k − 1, 2, k − 2, …
        first = [(step + 1) // 2 if step % 2 else (k - step // 2) % k for step in range(k)]
    return [tuple(members[(place + shift) % k] for place in first) for shift in range(k)]


def _groups(design: DebateDesign) -> Iterator[tuple[str, ...]]:
    if design.panels.groups:
        yield from design.panels.groups
        return
    for size in design.panels.sizes:
        yield from combinations(design.members(), size)


def _orders(group: tuple[str, ...], rule: str) -> list[tuple[str, ...]]:
    if rule == "given":
        return [group]
    orders = list(permutations(group)) if rule == "all" else balanced(group)
    return list(dict.fromkeys(orders))  # a name that stands twice gives an order twice
