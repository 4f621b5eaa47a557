"""Text of the reference model's kinds, and a filter's cost on it, document by document."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from training.batches import encode
from training.corpus import KINDS, Corpus
from training.recall import needle
from training.stories import stories
from transformers import AutoModelForCausalLM, AutoTokenizer

from homophily.filtering.reference import FOLDER

__all__ = ["Cost", "Needle", "Yardstick", "interval", "load", "needles", "recalled", "rows_of"]

STORIES = Path("../shared/data/text/tinystories_sample.txt")
BATCH = 8
WARM_UP = 16  # the first tokens are never filtered, and not counted


@dataclass(frozen=True, slots=True)
class Cost:
    """What a filter costs on each document.

    Attributes:
        loss: Mean loss a token above the dense model's, in nats, ``(documents,)``.
        kl: Mean divergence of the dense model's next-token distribution from the filtered one's, in nats.
        agreement: Share of tokens at which both find the same next token most likely.
    """

    loss: NDArray[np.float64]
    kl: NDArray[np.float64]
    agreement: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Needle:
    """A document up to the answer of its question, and the answer."""

    prompt: list[int]
    answer: list[int]


class Yardstick:
    """Documents with the dense model's predictions kept beside them."""

    def __init__(self, model: Any, rows: Tensor) -> None:
        self.model, self.rows = model, rows
        self.dense = torch.cat([logs.half() for _, logs in self._predictions()])
        self.dense_loss = self._loss(self.dense.float())

    def cost(self, around: AbstractContextManager[Any] | None = None) -> Cost:
        """The cost within a context that changes the model."""
        loss, kl, same = [], [], []
        with around or nullcontext():
            for at, logs in self._predictions():
                dense = self.dense[at : at + len(logs)].float()
                divergence = (dense.exp() * (dense - logs)).sum(-1)
                loss.append(self._loss(logs, at))
                kl.append(divergence[:, WARM_UP:].mean(1).double().numpy())
                equal = (dense.argmax(-1) == logs.argmax(-1))[:, WARM_UP:]
                same.append(equal.double().mean(1).numpy())
        return Cost(np.concatenate(loss) - self.dense_loss, np.concatenate(kl), np.concatenate(same))

    @torch.no_grad()
    def _predictions(self) -> Iterator[tuple[int, Tensor]]:
        for at in range(0, len(self.rows), BATCH):
            logits = self.model(input_ids=self.rows[at : at + BATCH], use_cache=False).logits
            yield at, torch.log_softmax(logits.float(), -1)

    def _loss(self, logs: Tensor, at: int = 0) -> NDArray[np.float64]:
        targets = self.rows[at : at + len(logs), 1:, None]
        losses: NDArray[np.float64] = -logs[:, :-1].gather(-1, targets)[..., 0].double().numpy()
        return np.asarray(losses[:, WARM_UP:].mean(1))


def load(folder: Path = FOLDER, dtype: torch.dtype = torch.float32) -> tuple[Any, Any]:
    """The model, which computes in `dtype`, and its tokenizer."""
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()
    return model, AutoTokenizer.from_pretrained(folder)


def rows_of(tokenizer: Any, text: str, count: int, length: int, path: Path = STORIES) -> Tensor:
    """Held-out rows of tokens, ``(count, length)``.

    Args:
        tokenizer: The model's.
        text: ``stories`` for held-out ones, ``documents`` for generated ones of every kind.
        count: How many.
        length: Tokens of each.
        path: The story file.
    """
    _learned, unseen = stories(path)
    rng, corpus = Random(7), Corpus(unseen, unseen)
    kinds = [kind for kind in KINDS if kind not in ("story", "told")]
    made = (
        iter(unseen)
        if text == "stories"
        else (corpus.document(k, rng, 1200) for _ in range(99) for k in kinds)
    )
    ids: list[int] = []
    for document in made:
        if len(ids) >= count * length:
            break
        ids += encode(tokenizer, document)
    whole = min(count, len(ids) // length)
    return torch.tensor(ids[: whole * length]).view(whole, length)


def needles(tokenizer: Any, count: int, characters: int, path: Path = STORIES) -> list[Needle]:
    """Facts said early in held-out stories and asked for at the end."""
    _learned, unseen = stories(path)
    rng, corpus = Random(11), Corpus(unseen, unseen)
    made = (needle(rng, corpus.filler, characters) for _ in range(count))
    return [
        Needle(encode(tokenizer, text)[:-1], tokenizer.encode(answer, add_special_tokens=False))
        for text, answer, _fact in made
    ]


@torch.no_grad()
def recalled(model: Any, asked: list[Needle]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Whether each answer is the likeliest, token by token; and its log-probability."""
    right, likely = [], []
    for each in asked:
        ids = torch.tensor([each.prompt + each.answer])
        logs = torch.log_softmax(model(input_ids=ids, use_cache=False).logits[0].float(), -1)
        logs = logs[len(each.prompt) - 1 : -1]
        target = torch.tensor(each.answer)
        right.append(float(bool((logs.argmax(-1) == target).all())))
        likely.append(float(logs.gather(-1, target[:, None]).sum()))
    return np.asarray(right), np.asarray(likely)


def interval(values: NDArray[np.float64], draws: int = 4000) -> tuple[float, float, float]:
    """Mean over documents, with its 95 % bootstrap interval."""
    drawn = np.random.default_rng(0).integers(0, len(values), (draws, len(values)))
    low, high = np.quantile(values[drawn].mean(1), (0.025, 0.975))
    return float(values.mean()), float(low), float(high)
