"""Pairing: which tensor of one checkpoint stands against which of another, and what stands alone."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.checkpoints import Checkpoint, Part
from homophily.lineage.checkpoints._tensor import Plain
from homophily.lineage.checkpoints.vocabulary import same_vocabulary, vocabulary

__all__ = ["Pair", "Pairing", "pair"]

#: Rows of a and rows of b that belong together.
Rows: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64]]

_HEAD: tuple[str, int | None] = ("head", None)
_UNKNOWN = "its role is unknown, and the other has no tensor of its name"
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
    rows: Rows | None = None
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
    made = _Pairer(a, b)
    for key, part in _parts(a).items():
        made.by_role(*key, part)
    for key, part in _parts(b).items():
        if a.layout.tensor(*key) is None and not (key == _HEAD and b.layout.tied):
            made.only_b[part.name] = f"the other has no {_said(*key)}"
    for name in a.layout.unmatched:
        made.by_name(name)
    for name in sorted(set(b.layout.unmatched) - set(a.layout.unmatched)):
        made.only_b[name] = _UNKNOWN
    return Pairing(tuple(made.pairs), made.only_a, made.only_b)


class _Pairer:
    """Pairs found so far, and what stands alone."""

    def __init__(self, a: Checkpoint, b: Checkpoint) -> None:
        self._a, self._b, self._shared = a, b, _Shared(a, b)
        self.pairs: list[Pair] = []
        self.only_a: dict[str, str] = {}
        self.only_b: dict[str, str] = {}

    def by_role(self, role: str, layer: int | None, part: Part) -> None:
        """Pair a part of a with the one of its role in b."""
        other = self._b.layout.tensor(role, layer)
        if role == "head" and self._a.layout.tied and (other is None or self._b.layout.tied):
            return
        if other is None:
            self.only_a[part.name] = f"the other has no {_said(role, layer)}"
        else:
            self._add(Pair(role, layer, part, other))

    def by_name(self, name: str) -> None:
        """Pair a tensor whose role is unknown with the one of its name in b, if its role is unknown too."""
        if name in self._b.layout.unmatched:
            self._add(Pair(name, None, _whole(self._a, name), _whole(self._b, name)))
        else:
            self.only_a[name] = _UNKNOWN

    def _add(self, pair: Pair) -> None:
        """Keep a pair, over the rows that belong together; or say why there is none."""
        one, other, rows, note = pair.a, pair.b, None, ""
        why = ""
        for checkpoint, part in ((self._a, one), (self._b, other)):
            tensor = checkpoint.tensor(part.name)
            if isinstance(tensor, Plain) and not tensor.dtype.floating:
                why = f"holds {tensor.kind}, which are no weights"
        if not why and pair.role in _BY_TOKEN and one.shape[1:] == other.shape[1:]:
            rows, note = self._shared.rows(one.shape[0], other.shape[0])
            if rows is not None and not len(rows[0]):
                why = "the two vocabularies share no token"
        elif not why and one.shape != other.shape:
            why = f"shapes differ: {list(one.shape)} and {list(other.shape)}"
        if why:
            self.only_a[one.name] = self.only_b[other.name] = why
        else:
            self.pairs.append(replace(pair, rows=rows, note=note))


def _parts(checkpoint: Checkpoint) -> dict[tuple[str, int | None], Part]:
    """Every part, with a tied head as one of its own."""
    head = checkpoint.layout.tensor("head")
    return {**checkpoint.layout.parts, **({_HEAD: head} if head is not None else {})}


def _whole(checkpoint: Checkpoint, name: str) -> Part:
    shape = checkpoint.tensor(name).shape
    return Part(name, shape, 0, shape[0] if shape else 1)


def _said(role: str, layer: int | None) -> str:
    return role if layer is None else f"{role} in layer {layer}"


class _Shared:
    """The rows of the same tokens in two vocabularies, which are read once and only where they are needed."""

    def __init__(self, a: Checkpoint, b: Checkpoint) -> None:
        self._a, self._b = a, b

    @cached_property
    def _ids(self) -> NDArray[np.int64] | None:
        """(tokens, 2) ids in a and in b, by those of a; None where the two are one, or one is unknown."""
        if same_vocabulary(self._a.path, self._b.path):
            return None
        one, other = vocabulary(self._a.path), vocabulary(self._b.path)
        if one is None or other is None or one == other:
            return None
        return np.array(sorted((i, other[t]) for t, i in one.items() if t in other), np.int64).reshape(-1, 2)

    def rows(
        self, number_a: int, number_b: int
    ) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]] | None, str]:
        """Rows that belong together, and a note; None for all rows as they stand."""
        if self._ids is not None:
            ids = self._ids[(self._ids < (number_a, number_b)).all(axis=1)]
            moved = int((ids[:, 0] != ids[:, 1]).sum())
            if len(ids) < min(number_a, number_b) or moved:
                note = f"{len(ids):,} tokens that both vocabularies have, {moved:,} of them under another id"
                return (ids[:, 0], ids[:, 1]), note
        if number_a == number_b:
            return None, ""
        first = np.arange(min(number_a, number_b))
        return (first, first), f"the first {len(first):,} rows; one has {number_a:,}, the other {number_b:,}"
