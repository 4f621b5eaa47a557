"""The decoder: one step of the model over rows of unequal pasts, with logits only where they are wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from homophily.filtering import rows
from homophily.filtering.adapter_rows import layer_windows
from homophily.filtering.adapter_shared import SharedPasts
from homophily.filtering.rows import Row

__all__ = ["Decoder", "Read", "Segment"]


@dataclass(frozen=True, slots=True)
class Segment:
    """New tokens of one sequence.

    Attributes:
        past: What the model remembers before them; None at a sequence's start.
        ids: The tokens, at least one.
        wanted: Places among them whose logits are wanted.
        keep: Lengths of the sequence, past and new, at which its memory is to be copied; with filtered
            layers only its very end.
    """

    past: Row | None
    ids: Sequence[int]
    wanted: Sequence[int]
    keep: Sequence[int] = ()

    @property
    def start(self) -> int:
        """Tokens before the new ones."""
        return 0 if self.past is None else self.past.length


@dataclass(frozen=True, slots=True)
class Read:
    """What came of a segment.

    Attributes:
        logits: At the wanted places, ``(wanted, vocabulary)``.
        kept: The copies asked for.
        filtered: Attention steps that filtering spared the sequence so far, over all layers.
        saved: Bytes of keys and values likewise.
    """

    logits: Tensor
    kept: list[Row]
    filtered: int
    saved: int


class _Own(threading.local):
    """What is each thread's own: the places whose logits its step wants, and its last cache."""

    at: Tensor | None = None
    used: Any = None


class Decoder:
    """Runs a model; without filtered layers, in several threads at once.

    Args:
        model: A Hugging Face decoder.
        filtered: Layers that a filter works on.
        device: Where it computes.
        forget: Called after each reading, so that a filter's own books do not grow without end.
    """

    def __init__(
        self,
        model: Any,
        filtered: frozenset[int],
        device: str,
        forget: Callable[[], None] | None = None,
    ) -> None:
        self.model = model
        self.filtered = filtered
        self.device = device
        self._forget = forget
        # Where every layer sees all, the mask is made once; windows and filters need the plain form of it.
        self._alike = not filtered and not any(layer_windows(model))
        self._own = _Own()
        self._shared = SharedPasts(model) if SharedPasts.possible(model, filtered, device) else None
        head = model.get_output_embeddings()
        # The vocabulary is wide: its matrix is applied to the wanted places alone.
        self._hook = head.register_forward_pre_hook(self._pick)

    def close(self) -> None:
        """Leave the model as it was."""
        self._hook.remove()
        if self._shared is not None:
            self._shared.close()

    def step(self, ids: Tensor, mask: Tensor | None, positions: Tensor, cache: Any, at: Tensor) -> Tensor:
        """One forward pass.

        Args:
            ids: ``(batch, tokens)``.
            mask: Columns that are real, past and new, ``(batch, columns)``; None for all.
            positions: Each token's place in its own sequence, ``(batch, tokens)``.
            cache: From `homophily.filtering.rows`; None where pasts are read apart.
            at: Places whose logits are wanted, ``(batch, places)``.

        Returns:
            Logits, ``(batch, places, vocabulary)``, float32 or wider.
        """
        self._own.at = at
        if mask is not None and mask.ndim == 2:
            mask = self._mask(mask.to(self.device), ids.shape[1])
        logits: Tensor = self.model(
            input_ids=ids,
            attention_mask=mask,
            position_ids=positions,
            past_key_values=cache,
            use_cache=cache is not None,
        ).logits
        return logits if logits.dtype == torch.float64 else logits.float()

    def read(self, segments: Sequence[Segment]) -> list[Read]:
        """Read new tokens of several sequences at once."""
        return self._read_stacked(segments) if self._shared is None else self._read_apart(segments)

    def _read_apart(self, segments: Sequence[Segment]) -> list[Read]:
        """`read` with every past left where it lies."""
        assert self._shared is not None
        ids, positions, at = self._laid_out(segments)
        with self._shared.reading(
            [segment.past for segment in segments], [len(segment.ids) for segment in segments]
        ) as call:
            # Of four dimensions the mask is taken as made, and nobody looks at it.
            logits = self.step(ids, ids.new_zeros((1, 1, 1, 1)), positions, None, at)
        return [
            Read(
                logits[row, : len(segment.wanted)],
                [self._shared.row(call, row, length) for length in segment.keep],
                0,
                0,
            )
            for row, segment in enumerate(segments)
        ]

    def _read_stacked(self, segments: Sequence[Segment]) -> list[Read]:
        """`read` in one cache, whose rows all end at one column."""
        pasts = [segment.past for segment in segments]
        cache = rows.stacked(self.model, self.filtered, pasts, reuse=self._own.used)
        before = max(segment.start for segment in segments)
        ids, positions, at = self._laid_out(segments)
        mask = torch.zeros((len(segments), before + ids.shape[1]), dtype=torch.bool)
        for row, segment in enumerate(segments):
            mask[row, before - segment.start : before + len(segment.ids)] = True
        # What fills up a row comes after it, and no real token looks there.
        full = None if bool(mask.all()) or (self._alike and not before) else mask
        logits = self.step(ids, full, positions, cache, at)
        found = [
            Read(
                logits[row, : len(segment.wanted)],
                [
                    rows.read(cache, row, before - segment.start, before - segment.start + n)
                    for n in segment.keep
                ],
                *rows.spared(cache, row),
            )
            for row, segment in enumerate(segments)
        ]
        if self._forget is not None:
            self._forget()
        self._own.used = cache  # fresh memory costs more than what is written to it
        return found

    def _laid_out(self, segments: Sequence[Segment]) -> tuple[Tensor, Tensor, Tensor]:
        """Token ids and their places, ``(batch, tokens)``, rows filled up at their ends; places wanted."""
        width = max(len(segment.ids) for segment in segments)
        ids = torch.zeros((len(segments), width), dtype=torch.int64)
        positions = torch.zeros((len(segments), width), dtype=torch.int64)
        places = max(len(segment.wanted) for segment in segments)
        at = torch.zeros((len(segments), max(places, 1)), dtype=torch.int64)
        for row, segment in enumerate(segments):
            ids[row, : len(segment.ids)] = torch.tensor(segment.ids)
            positions[row] = segment.start + torch.arange(width)
            positions[row, len(segment.ids) :] = segment.start
            at[row, : len(segment.wanted)] = torch.tensor(segment.wanted, dtype=torch.int64)
        return ids.to(self.device), positions.to(self.device), at.to(self.device)

    def _mask(self, real: Tensor, tokens: int) -> Tensor:
        """As attention adds it to its scores, ``(batch, 1, tokens, columns)``, where all layers agree."""
        if not self._alike:
            return real
        columns = real.shape[1]
        seen = torch.arange(columns, device=real.device)
        causal = seen <= torch.arange(columns - tokens, columns, device=real.device)[:, None]
        hidden = ~(causal & real[:, None])[:, None]
        least = torch.finfo(self.model.dtype).min
        return torch.zeros(hidden.shape, dtype=self.model.dtype, device=real.device).masked_fill_(
            hidden, least
        )

    def _pick(self, head: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        hidden, *rest = given
        at, self._own.at = self._own.at, None
        if at is None:
            return given
        return (hidden.gather(1, at[..., None].expand(-1, -1, hidden.shape[-1])), *rest)
