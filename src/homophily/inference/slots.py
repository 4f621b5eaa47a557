"""Slots: the sequences that are being written, one step at a time, in a batch they join and leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from homophily.filtering import rows
from homophily.filtering.rows import Row
from homophily.inference.decoder import Decoder

__all__ = ["Slots"]

#: Columns before the longest row that are let go of at once.
SPARE = 128


class Slots:
    """Rows of one cache. All end at its last column; what lies before a row's start is masked.

    A row that is done keeps its place, unseen, until another takes it or enough such places have gathered.

    Args:
        decoder: Runs the model.
    """

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._cache: Any = None
        self._used: Any = None
        self._mask = torch.zeros((0, 0), dtype=torch.bool)
        self._lengths: list[int] = []
        self._live: list[bool] = []
        self._columns = 0

    def __len__(self) -> int:
        return sum(self._live)

    @property
    def columns(self) -> int:
        """Length of the longest row that is being written."""
        return max((n for n, live in zip(self._lengths, self._live, strict=True) if live), default=0)

    def join(self, joining: Sequence[Row]) -> list[int]:
        """Take sequences in; returns the place of each."""
        if not self._live:
            self._start(joining)
            return list(range(len(joining)))
        self._widen(max(row.length for row in joining))
        free = [place for place, live in enumerate(self._live) if not live]
        more = len(joining) - len(free)
        if more > 0:
            count = len(self._live)
            rows.keep(self._cache, [*range(count), *([0] * more)])
            self._mask = torch.cat([self._mask, self._mask.new_zeros((more, self._mask.shape[1]))])
            self._lengths += [0] * more
            self._live += [False] * more
            free += range(count, count + more)
        places = free[: len(joining)]
        for place, row in zip(places, joining, strict=True):
            rows.write(self._cache, place, row)
            self._settle(place, row.length)
        return places

    def step(self, tokens: Sequence[int]) -> Tensor:
        """Write one token to each place, any where nobody is; returns logits, ``(places, vocabulary)``."""
        device, end = self._decoder.device, self._columns
        if end == self._mask.shape[1]:
            self._mask = torch.nn.functional.pad(self._mask, (0, SPARE))
        self._mask[:, end] = True  # of empty places too: a row that sees nothing would not be finite
        seen = self._mask[:, : end + 1]
        logits = self._decoder.step(
            torch.tensor(tokens, device=device)[:, None],
            None if bool(seen.all()) else seen,
            torch.tensor(self._lengths, device=device)[:, None],
            self._cache,
            torch.zeros((len(tokens), 1), dtype=torch.int64, device=device),
        )
        self._columns += 1
        self._lengths = [n + alive for n, alive in zip(self._lengths, self._live, strict=True)]
        return logits[:, 0]

    def leave(self, place: int) -> None:
        """A sequence is done."""
        self._live[place] = False

    def spared(self, place: int) -> tuple[int, int]:
        """Attention steps and bytes that filtering spared the sequence at a place."""
        return rows.spared(self._cache, place)

    def clear(self) -> None:
        """Let go of everybody."""
        self._live = [False] * len(self._live)
        self.tidy()

    def tidy(self) -> list[int] | None:
        """Close up when a quarter of the places are empty; returns those that stay, in their new order."""
        count = len(self._live)
        empty = count - len(self)
        if empty == count:
            self._used, self._cache = self._cache or self._used, None
            self._live, self._lengths, self._columns = [], [], 0
            return []
        stay = None
        spare = self._columns - self.columns
        if empty * 4 > count or (empty and spare >= SPARE):
            stay = self._close_up(empty)
        if spare >= SPARE:
            rows.shift(self._cache, -spare)
            self._mask = self._mask[:, spare:].contiguous()
            self._columns -= spare
        return stay

    def _close_up(self, empty: int) -> list[int]:
        count = len(self._live)
        kept = count - empty
        last = [place for place in range(kept, count) if self._live[place]]
        stay = [place if self._live[place] else last.pop() for place in range(kept)]
        rows.keep(self._cache, stay)
        self._mask = self._mask[torch.tensor(stay)]
        self._lengths = [self._lengths[place] for place in stay]
        self._live = [True] * kept
        return stay

    def _start(self, joining: Sequence[Row]) -> None:
        decoder = self._decoder
        self._cache = rows.stacked(decoder.model, decoder.filtered, [*joining], reuse=self._used)
        self._columns = max(row.length for row in joining)
        self._mask = torch.zeros((len(joining), self._columns + SPARE), dtype=torch.bool)
        self._lengths, self._live = [0] * len(joining), [False] * len(joining)
        for place, row in enumerate(joining):
            self._settle(place, row.length)

    def _settle(self, place: int, length: int) -> None:
        self._lengths[place], self._live[place] = length, True
        self._mask[place] = False
        self._mask[place, self._columns - length : self._columns] = True

    def _widen(self, longest: int) -> None:
        extra = longest - self._columns
        if extra > 0:
            rows.shift(self._cache, extra)
            self._mask = torch.nn.functional.pad(self._mask, (extra, 0))
            self._columns += extra
