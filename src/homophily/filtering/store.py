"""The compact store: keys and values of the tokens that were not filtered, row by row."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

__all__ = ["CompactStore"]

#: Slots added at a time while decoding, so that a token costs no copy of the whole.
GROWTH = 64


class CompactStore:
    """Left-aligned rows of keys and values of differing length; what is counted is kept on the host.

    Attributes:
        keys: ``(batch, heads, slots, dim)``; row b holds ``lengths[b]`` tokens, the rest is zero.
        values: Likewise.
        positions: Each token's place in its own sequence, padding not counted, ``(batch, slots)``.
        lengths: Tokens held by each row.
        bytes_per_token: Memory of one token's key and value over all heads.
    """

    def __init__(self, like: Tensor, batch: int) -> None:
        heads, dim = like.shape[1], like.shape[-1]
        self.bytes_per_token = 2 * like.element_size() * heads * dim
        self.keys = like.new_zeros((batch, heads, 0, dim))
        self.values = like.new_zeros((batch, heads, 0, dim))
        self.positions: NDArray[np.int64] = np.zeros((batch, 0), dtype=np.int64)
        self.lengths = [0] * batch

    @property
    def longest(self) -> int:
        """The longest row's length."""
        return max(self.lengths, default=0)

    @property
    def even(self) -> bool:
        """Whether all rows hold as many tokens."""
        return len(self.lengths) == 1 or min(self.lengths) == max(self.lengths)

    def append(
        self, keys: Tensor, values: Tensor, positions: NDArray[np.int64], counts: list[int]
    ) -> NDArray[np.int64]:
        """Add each row's first ``counts[b]`` tokens.

        Args:
            keys: ``(batch, heads, tokens, dim)``.
            values: Likewise.
            positions: ``(batch, tokens)``.
            counts: Tokens of each row that are real.

        Returns:
            The slot of each token, ``(batch, tokens)``.
        """
        tokens = keys.shape[-2]
        even = self.even and (len(counts) == 1 or min(counts) == max(counts))
        slots = np.array(self.lengths)[:, None] + np.arange(tokens)
        self.lengths = [length + count for length, count in zip(self.lengths, counts, strict=True)]
        longest = self.longest
        self._reserve(longest)
        if even:
            start, end = longest - counts[0], longest
            self.keys[:, :, start:end] = keys[:, :, : counts[0]]
            self.values[:, :, start:end] = values[:, :, : counts[0]]
            self.positions[:, start:end] = positions[:, : counts[0]]
            return slots
        row, token = (np.arange(tokens) < np.array(counts)[:, None]).nonzero()
        slot = slots[row, token]
        self.positions[row, slot] = positions[row, token]
        at, into, of = (torch.from_numpy(part).to(keys.device) for part in (row, slot, token))
        self.keys[at, :, into] = keys[at, :, of]
        self.values[at, :, into] = values[at, :, of]
        return slots

    def older(self, places: list[int], sinks: int = 0) -> list[int]:
        """How many tokens of each row, the first `sinks` aside, come before a place in its sequence."""
        rows = zip(self.positions, self.lengths, places, strict=True)
        return [int(np.count_nonzero(row[sinks:length] < place)) for row, length, place in rows]

    def evict(self, counts: list[int], sinks: int = 0) -> None:
        """Drop ``counts[b]`` tokens of each row, the oldest after the first `sinks`."""
        if not any(counts):
            return
        self.lengths = [length - count for length, count in zip(self.lengths, counts, strict=True)]
        slots = np.broadcast_to(np.arange(self.longest), (len(counts), self.longest))
        slots = np.where(slots < sinks, slots, slots + np.array(counts)[:, None])
        # Past a row's end any slot will do.
        slots = np.minimum(slots, self.positions.shape[1] - 1)
        self.positions = np.take_along_axis(self.positions, slots, axis=1)
        if len(set(counts)) == 1:
            index = torch.from_numpy(slots[0]).to(self.keys.device)
            self.keys, self.values = self.keys.index_select(2, index), self.values.index_select(2, index)
        else:
            index = torch.from_numpy(slots).to(self.keys.device)[:, None, :, None]
            index = index.expand(-1, self.keys.shape[1], -1, self.keys.shape[-1])
            self.keys, self.values = self.keys.gather(2, index), self.values.gather(2, index)

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop rows: row i becomes old row ``rows[i]``."""
        self.keys, self.values = self.keys.index_select(0, rows), self.values.index_select(0, rows)
        at = rows.tolist()
        self.positions = self.positions[at]
        self.lengths = [self.lengths[row] for row in at]

    def row(self, row: int) -> CompactStore:
        """A copy of one row, without reserved slots."""
        held = self.lengths[row]
        one = CompactStore(self.keys, 1)
        one.keys = self.keys[row : row + 1, :, :held].clone()
        one.values = self.values[row : row + 1, :, :held].clone()
        one.positions = self.positions[row : row + 1, :held].copy()
        one.lengths = [held]
        return one

    def put(self, row: int, other: CompactStore) -> None:
        """Let row `row` be what the one row of `other` is."""
        held = other.lengths[0]
        self._reserve(held)
        self.keys[row, :, :held] = other.keys[0, :, :held]
        self.values[row, :, :held] = other.values[0, :, :held]
        self.keys[row, :, held:] = 0
        self.values[row, :, held:] = 0
        self.positions[row, :held] = other.positions[0, :held]
        self.lengths[row] = held

    @property
    def bytes(self) -> int:
        """Memory of the keys and values held, in bytes; reserved slots not counted."""
        return self.bytes_per_token * sum(self.lengths)

    def _reserve(self, slots: int) -> None:
        held = self.keys.shape[-2]
        if slots <= held:
            return
        extra = slots - held if held == 0 else -(-(slots - held) // GROWTH) * GROWTH
        self.keys, self.values = F.pad(self.keys, (0, 0, 0, extra)), F.pad(self.values, (0, 0, 0, extra))
        self.positions = np.pad(self.positions, ((0, 0), (0, extra)))
