"""One sample: a prompt read and some tokens decoded, once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from transformers import DynamicCache

from homophily.filtering.benchmark.clock import Clock
from homophily.filtering.benchmark.machine import peak_bytes, reset_peak
from homophily.filtering.model import FilteredModel

__all__ = ["Sample", "run_once"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What one run of one arm took.

    Attributes:
        prefill: Seconds to the first token.
        decode: Seconds a token from then on, mean over the tokens decoded; NaN for none.
        cache_bytes: Keys and values held at the end, all layers.
        anchor_bytes: Anchors held beside them.
        peak_bytes: The most memory in use, weights included; None where the system does not tell.
    """

    prefill: float
    decode: float
    cache_bytes: int
    anchor_bytes: int = 0
    peak_bytes: int | None = None


@torch.inference_mode()
def run_once(
    model: Any, prompt: Tensor, following: Tensor, clock: Clock, filtered: FilteredModel | None = None
) -> Sample:
    """Read `prompt` in one piece, then `following` token by token, choosing each time but going on as told.

    Args:
        model: A Hugging Face decoder, under an arm.
        prompt: ``(batch, tokens)``.
        following: ``(batch, tokens)``, the same for every arm, so that all do the same work.
        clock: Tells the time.
        filtered: The model under its filter, where it is, for the bytes of its caches.
    """
    cache = DynamicCache(config=model.config)
    reset_peak(prompt.device)
    clock.start()
    _step(model, prompt, cache)
    clock.mark()
    for place in range(following.shape[1]):
        _step(model, following[:, place : place + 1], cache)
    clock.mark()
    prefill, decode = clock.seconds()
    report = filtered.report() if filtered is not None else None
    return Sample(
        prefill=prefill,
        decode=decode / following.shape[1] if following.shape[1] else float("nan"),
        cache_bytes=_dense_bytes(cache) + (report.cache_bytes if report else 0),
        anchor_bytes=report.anchor_bytes if report else 0,
        peak_bytes=peak_bytes(prompt.device),
    )


def _step(model: Any, tokens: Tensor, cache: DynamicCache) -> Tensor:
    logits = model(input_ids=tokens, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
    chosen: Tensor = logits[:, -1].argmax(-1)
    return chosen


def _dense_bytes(cache: DynamicCache) -> int:
    """Keys and values in the layers that are transformers' own."""
    held = [(getattr(layer, "keys", None), getattr(layer, "values", None)) for layer in cache.layers]
    return sum(part.nbytes for pair in held for part in pair if isinstance(part, Tensor))
