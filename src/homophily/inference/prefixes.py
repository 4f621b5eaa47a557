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
    """

    ids: tuple[int, ...]
    hashes: NDArray[np.uint64]
    marks: tuple[int, ...]

    @classmethod
    def of(cls, ids: Sequence[int], marks: Sequence[int]) -> Beginnings:
        """Hash a prompt; the last token is never part of a beginning, since it has to be read anew."""
        tokens = np.asarray(ids, dtype=np.uint64) + np.uint64(1)
        with np.errstate(over="ignore"):
            powers = np.cumprod(np.full(len(tokens), _PRIME, dtype=np.uint64))
            hashes = np.cumsum(tokens * powers, dtype=np.uint64)
        kept = tuple(sorted({mark for mark in marks if WORTH <= mark < len(ids)}))
        return cls(tuple(ids), hashes, kept)

    def key(self, length: int) -> int:
        """The hash of the first tokens."""
        return int(self.hashes[length - 1])


@dataclass(slots=True)
class _Kept:
    ids: tuple[int, ...]
    row: Row
    uses: int = 0


@dataclass(slots=True)
class Prefixes:
    """Kept beginnings, the least recently used leaving first.

    Attributes:
        limit: Bytes they may take; 0 keeps none.
        bytes: Bytes they take.
    """

    limit: int
    bytes: int = 0
    _rows: OrderedDict[int, _Kept] = field(default_factory=OrderedDict)
    _lengths: Counter[int] = field(default_factory=Counter)
    _seen: OrderedDict[int, None] = field(default_factory=OrderedDict)

    def reach(self, prompt: Beginnings) -> int:
        """Length of the longest kept beginning of a prompt, short of its last token; 0 for none."""
        for length in sorted(self._lengths, reverse=True):
            if length < len(prompt.ids):
                kept = self._rows.get(prompt.key(length))
                if kept is not None and kept.ids == prompt.ids[:length]:
                    return length
        return 0

    def longest(self, prompt: Beginnings) -> Row | None:
        """The longest kept beginning of a prompt, short of its last token; counts as a use of it."""
        length = self.reach(prompt)
        if not length:
            return None
        key = prompt.key(length)
        self._rows.move_to_end(key)
        self._rows[key].uses += 1
        return self._rows[key].row

    def keep(self, prompt: Beginnings, row: Row) -> None:
        """Keep a row that holds the prompt's first ``row.length`` tokens.

        The beginning that it goes on from leaves if used by nobody else: a conversation is kept once, not
        at each of its turns.
        """
        key, size = prompt.key(row.length), row.bytes
        if key in self._rows or size > self.limit:
            return
        before = max((n for n in self._lengths if n < row.length and self.holds(prompt, n)), default=0)
        if before and self._rows[prompt.key(before)].uses == 1:
            self._drop(prompt.key(before))
        self._rows[key] = _Kept(prompt.ids[: row.length], row)
        self._lengths[row.length] += 1
        self.bytes += size
        while self.bytes > self.limit:
            self._drop(next(iter(self._rows)))

    def _drop(self, key: int) -> None:
        gone = self._rows.pop(key).row
        self.bytes -= gone.bytes
        self._lengths[gone.length] -= 1
        if not self._lengths[gone.length]:
            del self._lengths[gone.length]

    def holds(self, prompt: Beginnings, length: int) -> bool:
        """Whether the first tokens are kept already."""
        return prompt.key(length) in self._rows

    def met(self, prompt: Beginnings) -> int:
        """The longest beginning, in steps of 16, that an earlier prompt had too; remembers this one's."""
        steps = range(WORTH, len(prompt.ids), WORTH)
        keys = [prompt.key(length) for length in steps]
        longest = max(
            (length for length, key in zip(steps, keys, strict=True) if key in self._seen), default=0
        )
        for key in keys:
            self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return longest

    def __len__(self) -> int:
        return len(self._rows)
