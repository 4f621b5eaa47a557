"""Comparisons: what was measured between two checkpoints, tensor by tensor and summed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homophily.lineage.similarity.null import NULLS
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
        matrix: Whether it is a matrix; sums are over these.
        counts: Whether it counts in the sum over the model: a matrix that is no task's pooler or classifier.
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
    counts: bool
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

    def plain(self) -> dict[str, Any]:
        """As JSON holds it: ``overall`` has every measure over all matrices, ``cosine`` among them."""
        own = self.overall.plain()
        return {
            "a": self.a,
            "b": self.b,
            "family": self.family,
            "overall": own["measures"],
            "null": {"name": self.null, "told": NULLS.get(self.null, ""), "overall": own["null"]},
            "control": self.control.plain() if self.control is not None else None,
            "roles": [{"role": role, **group.plain()} for role, group in self.roles.items()],
            "layers": [{"layer": layer, **group.plain()} for layer, group in self.layers.items()],
            "tensors": [row.plain() for row in self.rows],
            "not_compared": {"a": dict(self.only_a), "b": dict(self.only_b)},
        }
