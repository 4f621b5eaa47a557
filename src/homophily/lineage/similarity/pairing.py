"""Pairing: which tensor of one checkpoint stands against which of another, and what stands alone."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints import Checkpoint, Part
from homophily.lineage.checkpoints._tensor import Plain
from homophily.lineage.checkpoints.vocabulary import vocabulary

__all__ = ["Pair", "Pairing", "pair"]

_BY_TOKEN = ("embed", "head", "head.bias")
#: Made anew for a task, or trained far from where they began: shown, and left out of sums over a model.
_OF_TASK = ("pooler", "classifier", "classifier.transform")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two parts that play the same role.

    Attributes:
        role: Their role; the stored name where none is known.
        layer: Their block, where they are in one.
        a: The part in the first checkpoint.
        b: The part in the second.
        rows: Rows of a and rows of b that belong together; None for all, one to one.
        note: Why not all rows are compared; empty if they are.
    """

    role: str
    layer: int | None
    a: Part
    b: Part
    rows: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
    note: str = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is compared, as (out, in)."""
        return self.a.shape if self.rows is None else (len(self.rows[0]), *self.a.shape[1:])

    @property
    def matrix(self) -> bool:
        """Whether it is a matrix, or a stack of experts' matrices."""
        return len(self.shape) in (2, 3)

    @property
    def counts(self) -> bool:
        """Whether it counts in sums over the model: a matrix that is no task's pooler or classifier."""
        return self.matrix and self.role not in _OF_TASK


@dataclass(frozen=True, slots=True)
class Pairing:
    """The pairs of two checkpoints.

    Attributes:
        pairs: In the order of the first model.
        only_a: Stored names of the first without a counterpart, and why.
        only_b: Those of the second.
    """

    pairs: tuple[Pair, ...]
    only_a: dict[str, str] = field(default_factory=dict)
    only_b: dict[str, str] = field(default_factory=dict)


def pair(a: Checkpoint, b: Checkpoint) -> Pairing:
    """Pair the tensors of two checkpoints by role, and where no role is known by stored name.

    Embeddings and heads of unequal vocabularies are compared over shared rows: by token where both models
    have their tokenizer beside them, else over the first rows that both have.
    """
    pairs, only_a, only_b = [], {}, {}
    seen_b = set()
    for (role, layer), part in _parts(a).items():
        other = b.layout.tensor(role, layer)
        if role == "head" and a.layout.tied and b.layout.tied:
            continue
        if other is None:
            only_a[part.name] = f"the other has no {_said(role, layer)}"
            continue
        seen_b.add(other.name)
        made = _pair(a, b, role, layer, part, other)
        if isinstance(made, Pair):
            pairs.append(made)
        else:
            only_a[part.name] = only_b[other.name] = made
    for (role, layer), part in _parts(b).items():
        if a.layout.tensor(role, layer) is None:
            only_b[part.name] = f"the other has no {_said(role, layer)}"
    named = set(b.layout.unmatched)
    for name in a.layout.unmatched:
        if name not in named:
            only_a[name] = "its role is unknown, and the other has no tensor of its name"
            continue
        made = _pair(a, b, name, None, _whole(a, name), _whole(b, name))
        if isinstance(made, Pair):
            pairs.append(made)
        else:
            only_a[name] = only_b[name] = made
    for name in named - set(a.layout.unmatched):
        only_b[name] = "its role is unknown, and the other has no tensor of its name"
    return Pairing(tuple(pairs), only_a, only_b)


def _parts(checkpoint: Checkpoint) -> dict[tuple[str, int | None], Part]:
    """Every part, with a tied head as one of its own."""
    head = checkpoint.layout.tensor("head")
    return {**checkpoint.layout.parts, **({("head", None): head} if head is not None else {})}


def _whole(checkpoint: Checkpoint, name: str) -> Part:
    shape = checkpoint.tensor(name).shape
    return Part(name, shape, 0, shape[0] if shape else 1)


def _said(role: str, layer: int | None) -> str:
    return role if layer is None else f"{role} in layer {layer}"


def _pair(a: Checkpoint, b: Checkpoint, role: str, layer: int | None, one: Part, other: Part) -> Pair | str:
    """The pair, or why there is none."""
    for checkpoint, part in ((a, one), (b, other)):
        tensor = checkpoint.tensor(part.name)
        if isinstance(tensor, Plain) and not tensor.dtype.floating:
            return f"holds {tensor.kind}, which are no weights"
    if one.shape == other.shape and role not in _BY_TOKEN:
        return Pair(role, layer, one, other)
    if role in _BY_TOKEN and one.shape[1:] == other.shape[1:]:
        rows, note = _shared(a, b, one.shape[0], other.shape[0])
        if rows is not None and not len(rows[0]):
            return "the two vocabularies share no token"
        return Pair(role, layer, one, other, rows, note)
    return f"shapes differ: {list(one.shape)} and {list(other.shape)}"


def _shared(
    a: Checkpoint, b: Checkpoint, number_a: int, number_b: int
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]] | None, str]:
    """Rows of the same tokens, and a note; None for all rows as they stand."""
    one, other = vocabulary(a.path), vocabulary(b.path)
    if one is not None and other is not None and one != other:
        ids = [(i, other[t]) for t, i in one.items() if i < number_a and other.get(t, number_b) < number_b]
        places = np.array(sorted(ids), np.int64).reshape(-1, 2)
        shifted = int((places[:, 0] != places[:, 1]).sum())
        if len(places) < min(number_a, number_b) or shifted:
            note = f"{len(places):,} tokens that both vocabularies have, {shifted:,} of them under another id"
            return (places[:, 0], places[:, 1]), note
    if number_a == number_b:
        return None, ""
    first = np.arange(min(number_a, number_b))
    return (first, first), f"the first {len(first):,} rows; one has {number_a:,}, the other {number_b:,}"
