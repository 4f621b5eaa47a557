"""Prefixes: beginnings of prompts, computed once and kept while they are used and room is left."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from homophily.filtering.rows import Row

__all__ = ["Beginnings", "Prefixes"]

#: A beginning shorter than this, or longer than a kept one by less, is not worth keeping.
WORTH = 16

_PRIME = np.uint64(0x100000001B3)
_REMEMBERED = 200_000


@dataclass(frozen=True, slots=True)
class Beginnings:
    """A prompt's tokens, with a hash of each of its beginnings.

    Attributes:
        ids: Token ids.
        hashes: ``hashes[n - 1]`` stands for the first n tokens.
        marks: Lengths worth keeping, ascending.
        steps: Hashes of the beginnings of 16, 32, … tokens, short of the last token.
    """

    ids: tuple[int, ...]
    hashes: NDArray[np.uint64]
    marks: tuple[int, ...]
    steps: tuple[int, ...]

    @classmethod
    def of(cls, ids: Sequence[int], marks: Sequence[int]) -> Beginnings:
        """Hash a prompt; the last token is never part of a beginning, since it has to be read anew."""
        tokens = np.asarray(ids, dtype=np.uint64) + np.uint64(1)
        with np.errstate(over="ignore"):
            powers = np.cumprod(np.full(len(tokens), _PRIME, dtype=np.uint64))
            hashes = np.cumsum(tokens * powers, dtype=np.uint64)
        kept = tuple(sorted({mark for mark in marks if WORTH <= mark < len(ids)}))
        return cls(tuple(ids), hashes, kept, tuple(hashes[WORTH - 1 : -1 : WORTH].tolist()))

    def key(self, length: int) -> int:
        """The hash of the first tokens."""
        return int(self.hashes[length - 1])


@dataclass(slots=True)
class _Kept:
    beginning: Beginnings
    row: Row
    uses: int = 0


@dataclass(slots=True)
class Prefixes:
    """Kept beginnings, the least recently used leaving first.

    Attributes:
        limit: Bytes they may take; 0 keeps none.
        cuts: Whether a part of a kept beginning can be had, as of keys and values in dense layers; what a
            filter remembers is of a whole alone.
        bytes: Bytes they take.
    """

    limit: int
    cuts: bool = False
    bytes: int = 0
    _rows: OrderedDict[int, _Kept] = field(default_factory=OrderedDict)
    _lengths: Counter[int] = field(default_factory=Counter)
    _holders: dict[int, dict[int, None]] = field(default_factory=dict)
    _seen: OrderedDict[int, None] = field(default_factory=OrderedDict)

    def reach(self, prompt: Beginnings) -> int:
        """Length of the longest beginning of a prompt that can be had, short of its last token, or 0."""
        return self._best(prompt)[0]

    def longest(self, prompt: Beginnings) -> Row | None:
        """The longest beginning of a prompt, short of its last token; counts as a use of what holds it."""
        length, key = self._best(prompt)
        if not length:
            return None
        self._rows.move_to_end(key)
        self._rows[key].uses += 1
        return self._rows[key].row.cut(length)

    def keep(self, prompt: Beginnings, row: Row) -> None:
        """Keep a row that holds the prompt's first ``row.length`` tokens.

        A beginning that it goes on from leaves, if it can be cut off this one or is used by nobody else: a
        conversation is kept once, not at each of its turns.
        """
        key, size = prompt.key(row.length), row.bytes
        if key in self._rows or size > self.limit:
            return
        before = [n for n in self._lengths if n < row.length and prompt.key(n) in self._rows]
        if before and (self.cuts or self._rows[prompt.key(max(before))].uses == 1):
            self._drop(prompt.key(max(before)))
        self._rows[key] = _Kept(prompt, row)
        self._lengths[row.length] += 1
        for step in self._steps(self._rows[key]):
            self._holders.setdefault(step, {})[key] = None
        self.bytes += size
        while self.bytes > self.limit:
            self._drop(next(iter(self._rows)))

    def missing(self, prompt: Beginnings, have: int) -> list[int]:
        """The marks of a prompt worth keeping a row at, for one who goes on from its first `have` tokens."""
        marks = [n for n in prompt.marks if n >= have + WORTH and prompt.key(n) not in self._rows]
        return marks[-1:] if self.cuts else marks

    def useful(self, prompt: Beginnings, have: int) -> Sequence[int]:
        """Hashes of beginnings that would be worth waiting for, for one who has `have` tokens."""
        if self.cuts:
            return prompt.steps[have // WORTH + 1 :]
        return [prompt.key(n) for n in self.missing(prompt, have)]

    def coming(self, prompt: Beginnings, have: int) -> Sequence[int]:
        """Hashes of beginnings that can be had once one who has `have` tokens has read the prompt."""
        marks = self.missing(prompt, have)
        if self.cuts:
            return prompt.steps[: marks[0] // WORTH] if marks else ()
        return [prompt.key(n) for n in marks]

    def met(self, prompt: Beginnings) -> int:
        """The longest beginning, in steps of 16, that an earlier prompt had too; remembers this one's."""
        longest = max((n for n, key in enumerate(prompt.steps, 1) if key in self._seen), default=0)
        for key in prompt.steps:
            self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return longest * WORTH

    def _best(self, prompt: Beginnings) -> tuple[int, int]:
        """Length and holder of the longest beginning that can be had."""
        if not self.cuts:
            for length in sorted(self._lengths, reverse=True):
                kept = self._rows.get(prompt.key(length)) if length < len(prompt.ids) else None
                if kept is not None and kept.beginning.ids[:length] == prompt.ids[:length]:
                    return length, prompt.key(length)
            return 0, 0
        for step in reversed(prompt.steps):
            found = [(self._shared(prompt, self._rows[key]), key) for key in self._holders.get(step, ())]
            if found and max(found)[0]:
                return max(found)
        return 0, 0

    def _shared(self, prompt: Beginnings, kept: _Kept) -> int:
        """How much of a kept row begins a prompt too, short of the prompt's last token."""
        most = min(kept.row.length, len(prompt.ids) - 1)
        same = prompt.hashes[:most] == kept.beginning.hashes[:most]
        length = most if same.all() else int(same.argmin())
        return length if kept.beginning.ids[:length] == prompt.ids[:length] else 0

    def _steps(self, kept: _Kept) -> tuple[int, ...]:
        return kept.beginning.steps[: kept.row.length // WORTH] if self.cuts else ()

    def _drop(self, key: int) -> None:
        gone = self._rows.pop(key)
        self.bytes -= gone.row.bytes
        self._lengths[gone.row.length] -= 1
        if not self._lengths[gone.row.length]:
            del self._lengths[gone.row.length]
        for step in self._steps(gone):
            del self._holders[step][key]
            if not self._holders[step]:
                del self._holders[step]

    def __len__(self) -> int:
        return len(self._rows)
