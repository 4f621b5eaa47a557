"""Batches of packed documents, the same for the same seed wherever training resumes."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from training.corpus import Corpus
from training.plan import Stage

__all__ = ["batches", "encode"]

REACH = 2.5  # characters a token of context, at most, between what is said and what asks for it


def encode(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    """A document's tokens between its start and end marks."""
    ids: list[int] = tokenizer.encode(f"<s>{text}</s>", add_special_tokens=False)
    return ids


def batches(
    corpus: Corpus, tokenizer: PreTrainedTokenizerFast, stage: Stage, *, seed: int, tokens: int
) -> Iterator[Tensor]:
    """Batches of shape ``(tokens / context, context)``, documents packed end to end, without end."""
    held: list[int] = []
    for text in corpus.documents(seed, int(REACH * stage.context), stage.mix):
        held += encode(tokenizer, text)
        while len(held) >= tokens:
            yield torch.tensor(held[:tokens]).view(-1, stage.context)
            held = held[tokens:]
