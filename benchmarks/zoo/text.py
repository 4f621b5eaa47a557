"""What the zoo reads: one vocabulary, stories, other text to be tuned on, passages to classify."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from torch import Tensor

from homophily.seeds import generator

__all__ = ["CLASSES", "Corpus", "read_stories"]

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>"]
PAD, _, CLS, SEP, MASK, BOS, EOS = range(len(SPECIAL))
LENGTH = 64  # tokens of a window
CLASSES = ("opening of a story", "middle of a story", "end of a story", "encyclopaedia")


def read_stories(path: Path) -> list[str]:
    """The stories of a file whose stories are parted by ``<|endoftext|>``."""
    return [part.strip() for part in path.read_text("utf-8").split("<|endoftext|>") if part.strip()]


@dataclass(frozen=True)
class Corpus:
    """One vocabulary and its texts, split so that no probe was ever trained on.

    Attributes:
        tokenizer: Byte-level BPE, trained on the stories and the other text.
        streams: Token streams by name: ``pretraining`` (first 60 % of the stories), ``continued`` (the next
            20 %), ``other`` (90 % of the other text), and the held-out ``stories`` and ``other_probe``.
        passages: Rows to classify by split (``train``, ``probe``): tokens ``(n, 64)`` and labels ``(n,)``.
    """

    tokenizer: Tokenizer
    streams: dict[str, Tensor]
    passages: dict[str, tuple[Tensor, Tensor]]

    @classmethod
    def read(cls, stories: list[str], other: str, vocabulary: int) -> Corpus:
        """Train the tokenizer and split the texts."""
        tokenizer = Tokenizer(models.BPE(unk_token="[UNK]"))
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=vocabulary,
            special_tokens=SPECIAL,
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        )
        tokenizer.train_from_iterator([*stories, other], trainer)
        cut = [round(len(stories) * share) for share in (0.6, 0.8, 0.95)]
        edge = round(len(other) * 0.9)
        texts = {
            "pretraining": stories[: cut[0]],
            "continued": stories[cut[0] : cut[1]],
            "stories": stories[cut[2] :],
            "other": [other[:edge]],
            "other_probe": [other[edge:]],
        }
        streams = {name: _stream(tokenizer, parts) for name, parts in texts.items()}
        train = _passages(tokenizer, stories[cut[0] : cut[2]], streams["other"])
        probe = _passages(tokenizer, stories[cut[2] :], streams["other_probe"])
        return cls(tokenizer, streams, {"train": train, "probe": probe})

    def windows(self, stream: str, batch: int, *order: object) -> Iterator[Tensor]:
        """Batches ``(batch, 64)`` of a stream without end, in an order that depends on `order` alone."""
        tokens = self.streams[stream]
        for epoch in range(10**6):
            shift = int(generator("zoo", stream, *order, epoch, "shift").integers(LENGTH))
            rows = tokens[shift : shift + (len(tokens) - shift) // LENGTH * LENGTH].view(-1, LENGTH)
            places = generator("zoo", stream, *order, epoch).permutation(len(rows))
            for start in range(0, len(rows) - batch + 1, batch):
                yield rows[torch.from_numpy(places[start : start + batch])]

    def labelled(self, batch: int, *order: object) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of passages and their classes, without end."""
        rows, labels = self.passages["train"]
        for epoch in range(10**6):
            places = torch.from_numpy(generator("zoo", "passages", *order, epoch).permutation(len(rows)))
            for start in range(0, len(rows) - batch + 1, batch):
                chosen = places[start : start + batch]
                yield rows[chosen], labels[chosen]

    def probe(self, name: str, count: int = 256) -> Tensor:
        """Held-out windows ``(count, 64)``, or fewer where the text ends."""
        tokens = self.streams[name]
        return tokens[: len(tokens) // LENGTH * LENGTH].view(-1, LENGTH)[:count]


def _stream(tokenizer: Tokenizer, texts: list[str]) -> Tensor:
    parts: list[int] = []
    for coded in tokenizer.encode_batch(texts, add_special_tokens=False):
        parts += [BOS, *coded.ids, EOS]
    return torch.tensor(parts)


def _passages(tokenizer: Tokenizer, stories: list[str], other: Tensor) -> tuple[Tensor, Tensor]:
    """Opening, middle and end of every story, and as many windows of the other text as there are stories."""
    rows: list[list[int]] = []
    labels: list[int] = []
    body = LENGTH - 2
    for coded in tokenizer.encode_batch(stories, add_special_tokens=False):
        tokens = coded.ids
        if len(tokens) < 3 * body // 2:
            continue
        middle = (len(tokens) - body) // 2
        for label, start in enumerate((0, middle, len(tokens) - body)):
            rows.append([CLS, *tokens[start : start + body], SEP])
            labels.append(label)
    few = min(len(rows) // 3, len(other) // body)
    starts = np.linspace(0, len(other) - body, few).astype(int)
    rows += [[CLS, *other[start : start + body].tolist(), SEP] for start in starts]
    labels += [3] * few
    return torch.tensor(rows), torch.tensor(labels)
