"""Comparisons: what was measured between two checkpoints, tensor by tensor and summed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from homophily.lineage.similarity.tally import Tally

__all__ = ["Comparison", "Group", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One pair of tensors.

    Attributes:
        role: Their role, or stored name where none is known.
        layer: Their block, or None.
        name_a: Stored name in A.
        name_b: Stored name in B.
        shape: Of what was compared, as (out, in).
        dtype_a: How A stores it.
        dtype_b: How B stores it.
        bits: The dtype as whose words they were compared.
        matrix: Whether it counts in sums.
        note: Why not all rows were compared.
        measures: By name (`Tally.measures`).
        null: The same of the null; empty where there is none.
    """

    role: str
    layer: int | None
    name_a: str
    name_b: str
    shape: tuple[int, ...]
    dtype_a: str
    dtype_b: str
    bits: str
    matrix: bool
    note: str
    measures: Mapping[str, Any]
    null: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        found = {name: getattr(self, name) for name in self.__slots__}
        return {**found, "shape": list(self.shape), "measures": dict(self.measures), "null": dict(self.null)}


@dataclass(slots=True)
class Group:
    """Sums over several matrices, and over their nulls."""

    tally: Tally = field(default_factory=Tally)
    null: Tally = field(default_factory=Tally)

    def plain(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"measures": self.tally.measures(), "null": self.null.measures() if self.null.words else {}}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two checkpoints, compared.

    Attributes:
        a: Where the first is.
        b: Where the second is.
        family: Of the first's names.
        rows: Each pair of tensors, in the order of the first model.
        overall: Sums over all matrices.
        layers: Sums over the matrices of each block.
        roles: Sums over the matrices of each role.
        only_a: Stored names of the first that were not compared, and why.
        only_b: Those of the second.
        null: The null's name; empty for none.
        control: The comparison of the first with the control, where one was given.
    """

    a: str
    b: str
    family: str
    rows: tuple[Row, ...]
    overall: Group
    layers: Mapping[int, Group]
    roles: Mapping[str, Group]
    only_a: Mapping[str, str]
    only_b: Mapping[str, str]
    null: str
    control: Comparison | None = None

    @property
    def cosine(self) -> float:
        """Over all matrices; NaN if no matrix was compared."""
        return self.overall.tally.cosine

    @property
    def covered(self) -> float:
        """Share of A's and B's compared and uncompared tensors that were compared, by number."""
        alone = len(self.only_a) + len(self.only_b)
        both = 2 * len(self.rows)
        return both / (both + alone) if both + alone else math.nan

    def grid(self, measure: str = "cosine") -> Iterator[tuple[int | None, str, float]]:
        """One measure by layer and role, of matrices."""
        for row in self.rows:
            if row.matrix:
                yield row.layer, row.role, float(row.measures[measure])
