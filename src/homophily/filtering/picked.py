"""The tokens of a call that take part, row by row."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

__all__ = ["Picked"]


class Picked:
    """The true entries of a mask, left-aligned: gathers them out of a call's tensors and puts results back.

    Rows shorter than the longest are filled with places that mean nothing.

    Attributes:
        counts: Tokens picked in each row.
        longest: The most of them.
        complete: Whether every token of the call is picked.
        even: Whether every row has as many.
    """

    def __init__(self, mask: NDArray[np.bool_], device: torch.device) -> None:
        rows, tokens = mask.shape
        self._index = None
        self.complete = bool(mask.all())
        if self.complete:
            self.counts, self.longest, self.even = [tokens] * rows, tokens, True
            return
        self.counts = mask.sum(1).tolist()
        self.longest = max(self.counts)
        self.even = min(self.counts) == self.longest
        if rows == 1:
            self._places = mask[0].nonzero()[0][None]
        else:
            self._places = np.argsort(~mask, axis=1, kind="stable")[:, : self.longest]
        self._index = torch.from_numpy(self._places).to(device)

    def of(self, table: NDArray[np.int64]) -> NDArray[np.int64]:
        """Entries of ``(batch, tokens)``: ``(batch, longest)``."""
        return table if self.complete else np.take_along_axis(table, self._places, axis=1)

    def take(self, table: Tensor) -> Tensor:
        """Rows of ``(batch, ..., tokens, width)``: ``(batch, ..., longest, width)``."""
        if self._index is None:
            return table
        if len(self.counts) == 1:
            return table.index_select(-2, self._index[0])
        shape = (len(self.counts), *(1,) * (table.ndim - 3), self.longest, 1)
        return table.gather(-2, self._index.view(shape).expand(*table.shape[:-2], -1, table.shape[-1]))

    def put(self, result: Tensor, tokens: int) -> Tensor:
        """Results ``(batch, longest, width)`` at their places among `tokens`, zero elsewhere."""
        if self._index is None:
            return result
        out = result.new_zeros((len(self.counts), tokens, result.shape[-1]))
        if len(self.counts) == 1:
            return out.index_copy_(1, self._index[0], result)
        if not self.even:
            real = torch.arange(self.longest) < torch.tensor(self.counts)[:, None]
            result = result.masked_fill(~real.to(result.device)[..., None], 0)
        # A filler's place is a token not picked: it gets zero, as it should.
        return out.scatter_(1, self._index[..., None].expand_as(result), result)
