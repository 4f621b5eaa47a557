"""The compact store: keys and values of the tokens that were not filtered, row by row."""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["CompactStore"]

#: Slots added at a time while decoding, so that a token costs no copy of the whole.
GROWTH = 64


class CompactStore:
    """Left-aligned rows of keys and values of differing length.

    Attributes:
        keys: ``(batch, heads, slots, dim)``; row b holds ``lengths[b]`` tokens, the rest is zero.
        values: Likewise.
        positions: Each token's place in its padded sequence, ``(batch, slots)``.
        lengths: Tokens held by each row, ``(batch,)``.
    """

    def __init__(self, like: Tensor, batch: int) -> None:
        heads, dim = like.shape[1], like.shape[-1]
        self.keys = like.new_zeros((batch, heads, 0, dim))
        self.values = like.new_zeros((batch, heads, 0, dim))
        self.positions = torch.zeros((batch, 0), dtype=torch.int64, device=like.device)
        self.lengths = torch.zeros(batch, dtype=torch.int64, device=like.device)
        self.longest = 0

    def append(self, keys: Tensor, values: Tensor, positions: Tensor, counts: Tensor) -> Tensor:
        """Add each row's first ``counts[b]`` tokens.

        Args:
            keys: ``(batch, heads, tokens, dim)``.
            values: Likewise.
            positions: ``(batch, tokens)``.
            counts: Tokens of each row that are real, ``(batch,)``.

        Returns:
            The slot of each token, ``(batch, tokens)``.
        """
        tokens = keys.shape[-2]
        slots = self.lengths[:, None] + torch.arange(tokens, device=keys.device)
        if tokens == 0:
            return slots
        before = self.lengths
        self.lengths = before + counts
        self.longest = int(self.lengths.max())
        self._reserve(max(self.longest, self.keys.shape[-2]))
        even = len(counts) == 1 or bool((counts == tokens).all() and (before == before[0]).all())
        if even:
            start, end = int(before[0]), int(self.lengths[0])
            self.keys[:, :, start:end] = keys[:, :, : end - start]
            self.values[:, :, start:end] = values[:, :, : end - start]
            self.positions[:, start:end] = positions[:, : end - start]
        else:
            real = torch.arange(tokens, device=keys.device) < counts[:, None]
            row, token = real.nonzero(as_tuple=True)
            self.keys[row, :, slots[row, token]] = keys[row, :, token]
            self.values[row, :, slots[row, token]] = values[row, :, token]
            self.positions[row, slots[row, token]] = positions[row, token]
        return slots

    def trim(self, oldest: int) -> int:
        """Drop leading slots that every row's window has left behind; returns how many went."""
        if self.longest == 0:
            return 0
        held = torch.arange(self.positions.shape[1], device=self.positions.device) < self.lengths[:, None]
        gone = int(((self.positions < oldest) & held).sum(1).min())
        if gone:
            self.keys, self.values = self.keys[:, :, gone:].clone(), self.values[:, :, gone:].clone()
            self.positions = self.positions[:, gone:].clone()
            self.lengths = self.lengths - gone
            self.longest -= gone
        return gone

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop rows: row i becomes old row ``rows[i]``."""
        self.keys, self.values = self.keys.index_select(0, rows), self.values.index_select(0, rows)
        self.positions = self.positions.index_select(0, rows)
        self.lengths = self.lengths.index_select(0, rows)
        self.longest = int(self.lengths.max()) if len(rows) else 0

    def put(self, row: int, other: CompactStore) -> None:
        """Let row `row` be what the one row of `other` is."""
        held = int(other.lengths[0])
        self._reserve(held)
        self.keys[row, :, :held] = other.keys[0, :, :held]
        self.values[row, :, :held] = other.values[0, :, :held]
        self.keys[row, :, held:] = 0
        self.values[row, :, held:] = 0
        self.positions[row, :held] = other.positions[0, :held]
        self.lengths[row] = other.lengths[0]
        self.longest = int(self.lengths.max())

    @property
    def bytes(self) -> int:
        """Memory of the keys and values held, in bytes; reserved slots not counted."""
        return (
            2 * self.keys.element_size() * self.keys.shape[1] * self.keys.shape[-1] * int(self.lengths.sum())
        )

    def _reserve(self, slots: int) -> None:
        held = self.keys.shape[-2]
        if slots <= held:
            return
        extra = slots - held if held == 0 else -(-(slots - held) // GROWTH) * GROWTH
        self.keys = torch.cat([self.keys, _zeros(self.keys, extra)], dim=-2)
        self.values = torch.cat([self.values, _zeros(self.values, extra)], dim=-2)
        self.positions = torch.nn.functional.pad(self.positions, (0, extra))


def _zeros(like: Tensor, slots: int) -> Tensor:
    return like.new_zeros((*like.shape[:2], slots, like.shape[-1]))
