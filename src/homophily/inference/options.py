"""Options: how likely an answer is to begin with each of several, whatever their number of tokens.

The probability of an option is the product of its tokens' probabilities. Nothing is divided by length: among
options that exclude each other it is a probability, and a longer one has no less than its share. Where one
option begins another (``1`` and ``10``), the longer one's probability is taken off the shorter one's, so that
``1`` means "1 and not 10".
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from homophily.errors import UsageError

__all__ = ["Options"]

Ids = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """Options as token sequences.

    Attributes:
        ids: Each option's tokens.
    """

    ids: tuple[Ids, ...]

    def __post_init__(self) -> None:
        if not self.ids:
            raise UsageError("there must be at least one option.")
        if len(set(self.ids)) < len(self.ids):
            raise UsageError("two options have the same tokens and cannot be told apart.")

    def paths(self) -> list[Ids]:
        """What must be read after the prompt to see every option's last token; no path begins another."""
        inner = {ids[:-1] for ids in self.ids if len(ids) > 1}
        return sorted(path for path in inner if not any(o != path and o[: len(path)] == path for o in inner))

    def logprobs(self, first: Tensor, paths: Sequence[Ids], read: Sequence[Tensor]) -> list[float]:
        """Natural log of each option's probability, longer options' shares taken off.

        Args:
            first: Logits after the prompt, ``(vocabulary,)``.
            paths: As `paths` gave them.
            read: Logits after each of a path's tokens, ``(tokens, vocabulary)``.
        """
        after: dict[Ids, Tensor] = {(): torch.log_softmax(first.double(), -1)}
        for path, logits in zip(paths, read, strict=True):
            table = torch.log_softmax(logits.double(), -1)
            for length in range(1, len(path) + 1):
                after[path[:length]] = table[length - 1]
        whole = {
            ids: sum(float(after[ids[:place]][token]) for place, token in enumerate(ids)) for ids in self.ids
        }
        return [self._own(ids, whole) for ids in self.ids]

    def _own(self, ids: Ids, whole: dict[Ids, float]) -> float:
        longer = [other for other in self.ids if len(other) > len(ids) and other[: len(ids)] == ids]
        nearest = [o for o in longer if not any(o != p and o[: len(p)] == p for p in longer)]
        share = (
            sum(math.exp(whole[other] - whole[ids]) for other in nearest) if whole[ids] > -math.inf else 1.0
        )
        return whole[ids] + math.log1p(-share) if share < 1 else -math.inf
