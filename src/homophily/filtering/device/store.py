"""A compact store of fixed capacity: per-row lengths live on the device, appends never ask the host."""

from __future__ import annotations

import torch
from torch import Tensor

from homophily.filtering.device.rows import select

__all__ = ["StaticStore"]

#: Slots added at a time while decoding.
GROWTH = 256


class StaticStore:
    """Rows of keys and values of differing length in tensors of one shape.

    One slot past the capacity takes what must not be kept, so that every write has a place. With a window the
    store is a ring: token n of a row lies in slot ``n % capacity`` once `capacity` has reached `ring`.

    Attributes:
        keys: ``(batch, heads, capacity + 1, dim)``.
        values: Likewise.
        positions: Each token's place in its sequence, padding not counted, ``(batch, capacity + 1)``, int32.
        lengths: Tokens ever kept by each row, ``(batch,)``, int32.
        bound: What no row's length exceeds, known without asking the device; not counted if `fixed`.
        empty: Whether nothing was ever appended.
        ring: Most slots ever needed, if old tokens fall out of a window; None if they never do.
        fixed: Whether the capacity may not grow, for captured graphs.
    """

    def __init__(self, like: Tensor, capacity: int, *, ring: int | None = None, fixed: bool = False) -> None:
        batch, heads, _, dim = like.shape
        capacity = capacity if ring is None else min(capacity, ring)
        self.keys = like.new_zeros((batch, heads, capacity + 1, dim))
        self.values = like.new_zeros((batch, heads, capacity + 1, dim))
        self.positions = torch.zeros((batch, capacity + 1), dtype=torch.int32, device=like.device)
        self.lengths = torch.zeros(batch, dtype=torch.int32, device=like.device)
        self.bound = 0
        self.empty = True
        self.ring = ring
        self.fixed = fixed

    @property
    def capacity(self) -> int:
        """Tokens a row can hold."""
        return self.keys.shape[-2] - 1

    @property
    def wraps(self) -> bool:
        """Whether the oldest tokens are written over."""
        return self.capacity == self.ring

    def reserve(self, extra: int) -> None:
        """Make room for `extra` more tokens a row; a fixed store has its room.

        What is known on the host counts every token as kept. Where that exceeds the capacity the device is
        asked, and waited for: once after prefill and then at most once in `GROWTH` tokens.
        """
        if self.fixed or self.wraps:
            return
        self.bound += extra
        if self.bound <= self.capacity:
            return
        self.bound = self.longest() + extra
        wanted = -(-self.bound // GROWTH) * GROWTH
        self.resize(wanted if self.ring is None else min(wanted, self.ring))

    def longest(self) -> int:
        """The longest row's length; the one question that decoding asks the device."""
        return int(self.lengths.max())

    def resize(self, capacity: int) -> None:
        """Move to another capacity; no row may be longer."""
        held = min(capacity, self.capacity)
        for name, dim in (("keys", 2), ("values", 2), ("positions", 1)):
            old: Tensor = getattr(self, name)
            shape = list(old.shape)
            shape[dim] = capacity + 1
            new = old.new_zeros(shape)
            new.narrow(dim, 0, held).copy_(old.narrow(dim, 0, held))
            setattr(self, name, new)

    def slots(self, order: Tensor, counts: Tensor) -> Tensor:
        """Where each row's next tokens go; the spare slot for those that are not to be kept.

        Args:
            order: Numbers of the tokens within the call, ``(tokens,)`` or ``(batch, tokens)``.
            counts: Tokens of each row that are real, ``(batch,)``.
        """
        at = self.lengths[:, None] + order
        kept = order < counts[:, None]
        if self.wraps:
            kept = kept & (order >= counts[:, None] - self.capacity)
            return torch.where(kept, at % self.capacity, self.capacity)
        return torch.where(kept, at, self.capacity).clamp(max=self.capacity)

    def append(self, keys: Tensor, values: Tensor, positions: Tensor, counts: Tensor) -> None:
        """Add each row's first ``counts[b]`` tokens; call `reserve` before.

        Args:
            keys: ``(batch, heads, tokens, dim)``.
            values: Likewise.
            positions: ``(batch, tokens)``.
            counts: ``(batch,)``.
        """
        order = torch.arange(keys.shape[-2], dtype=torch.int32, device=keys.device)[None]
        slots = self.slots(order, counts).long()
        index = slots[:, None, :, None].expand(-1, keys.shape[1], -1, keys.shape[-1])
        self.keys.scatter_(2, index, keys)
        self.values.scatter_(2, index, values)
        self.positions.scatter_(1, slots, positions.to(torch.int32))
        self.lengths += counts.to(torch.int32)
        self.empty = False

    def held(self) -> Tensor:
        """Which slots hold a token, ``(batch, capacity)``."""
        return torch.arange(self.capacity, device=self.keys.device) < self.lengths[:, None]

    def select(self, rows: Tensor) -> None:
        """Reorder, repeat or drop rows: row i becomes old row ``rows[i]``."""
        select(self, ("keys", "values", "positions", "lengths"), rows)

    @property
    def reserved_bytes(self) -> int:
        """Memory of the keys and values, free slots included, in bytes."""
        return 2 * self.keys.numel() * self.keys.element_size()
