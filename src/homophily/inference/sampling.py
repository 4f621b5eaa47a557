"""Sampling: the next token of every sequence in a batch, each from its own seed.

A token is drawn by the exponential race, ``argmin E_i / p_i`` with one exponential variate E_i for each entry
of the vocabulary, fixed by seed and place (the Gumbel trick in other words). Two batches never compute the
last bit alike; of all ways to draw, this one parts them hardly more often than must be: if p and q differ by
d in total variation, the same seed draws differently with probability at most 2d / (1 + d) (Daliri, Musco &
Suresh 2024, arXiv 2408.07978; Bavarian et al. 2016, arXiv 1612.01041, on why no way does better). Rounding
probabilities to a grid first does not help: values near a border of the grid still part, by a whole step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from homophily.inference.requests import Sampling, Token
from homophily.seeds import generator

__all__ = ["Sampler", "choose", "told"]
__references__ = ("bavarian2016", "daliri2024")


class Sampler:
    """One sequence's chance.

    Args:
        sampling: Its settings.
    """

    def __init__(self, sampling: Sampling) -> None:
        self.sampling = sampling
        self._chance = generator("token", sampling.seed) if sampling.temperature > 0 else None

    def race(self, size: int) -> NDArray[np.float32]:
        """Exponential variates for the next place, ``(vocabulary,)``; ones where nothing is drawn."""
        if self._chance is None:
            return np.ones(size, dtype=np.float32)
        return self._chance.standard_exponential(size, dtype=np.float32)


def choose(logits: Tensor, samplers: Sequence[Sampler]) -> list[int]:
    """The next token of each sequence.

    Args:
        logits: ``(batch, vocabulary)``, float32 or wider.
        samplers: One for each row; each moves on by one place.

    Returns:
        Token ids. Equal logits at temperature 0 give the lowest id.
    """
    drawn = [place for place, sampler in enumerate(samplers) if sampler.sampling.temperature > 0]
    if not drawn:
        return [int(token) for token in logits.argmax(-1).tolist()]
    temperatures = [sampler.sampling.temperature or 1.0 for sampler in samplers]
    scaled = logits / torch.tensor(temperatures, device=logits.device, dtype=logits.dtype)[:, None]
    cut = [sampler.sampling.top_p if place in set(drawn) else 1.0 for place, sampler in enumerate(samplers)]
    if min(cut) < 1:
        scaled = _nucleus(scaled, torch.tensor(cut, device=logits.device, dtype=logits.dtype))
    variates = np.stack([sampler.race(logits.shape[-1]) for sampler in samplers])
    race = torch.from_numpy(variates).to(logits.device).clamp_(min=1e-30).log_()
    return [int(token) for token in (scaled - race).argmax(-1).tolist()]


def told(logits: Tensor, chosen: int, top: int, spell: Callable[[int], str]) -> Token:
    """The chosen token's log-probability before temperature, with the `top` likeliest tokens at its place.

    Args:
        logits: ``(vocabulary,)``.
        chosen: The token drawn.
        top: How many of the likeliest to tell.
        spell: A token's text.
    """
    logprobs = torch.log_softmax(logits, -1)
    values, ids = torch.topk(logprobs, min(top, len(logprobs)))
    best = tuple((spell(token), value) for token, value in zip(ids.tolist(), values.tolist(), strict=True))
    return Token(chosen, spell(chosen), float(logprobs[chosen]), best)


def _nucleus(logits: Tensor, top_p: Tensor) -> Tensor:
    """Minus infinity for all but the likeliest tokens that reach `top_p`; the likeliest always stays."""
    ordered, order = torch.sort(logits, dim=-1, descending=True, stable=True)
    mass = ordered.softmax(-1)
    gone = mass.cumsum(-1) - mass >= top_p[:, None]
    return logits.masked_fill(torch.zeros_like(gone).scatter(-1, order, gone), -torch.inf)
