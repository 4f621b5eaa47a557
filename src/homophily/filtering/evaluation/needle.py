"""Needle in a haystack: a number told once in a long text is asked for at its end (Kamradt 2023)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homophily.errors import UsageError
from homophily.filtering.evaluation._document import Document, Pair, Scored
from homophily.filtering.evaluation._encoder import Encoder
from homophily.filtering.evaluation._measure import Metric, Source
from homophily.seeds import generator

__all__ = ["needle"]
__references__ = ("kamradt2023",)

_WHO = (
    "The baker",
    "A sailor",
    "My neighbour",
    "The teacher",
    "An old gardener",
    "The postman",
    "Her cousin",
)
_DID = ("walked along", "looked at", "talked about", "painted", "wrote down", "remembered", "waited near")
_WHAT = (
    "the quiet river",
    "a wooden bridge",
    "the empty market",
    "two grey stones",
    "the long road",
    "a barn",
)
_WHEN = ("in the morning", "before the rain", "after supper", "on a cold day", "for an hour", "as usual")
_OWNERS = ("Anna", "Ben", "Lena", "Omar", "Rosa", "Hugo", "Nora", "Paul", "Ada", "Ivan")
_THINGS = ("key", "lamp", "map", "clock", "boat", "drum", "kite", "ring", "bell", "cup")


@dataclass(frozen=True, kw_only=True)
class Needle:
    """Texts of plain sentences with one sentence hidden at each depth; the number in it is asked for.

    Sentences are made from a seed, fit any tokenizer, and hold no number but the hidden one. Found where
    every token of the number is the model's first choice, which is to say where greedy decoding writes it.

    Attributes:
        lengths: Tokens of the whole, separated by commas; empty for an eighth, a quarter, half and nearly all
            of the model's length, of 8,192 at most.
        depths: Where the sentence stands, shares of the text from 0 (start) to 1 (end), separated by commas.
        repeats: Texts a cell.
        digits: Of the number.
        seed: Of sentences and numbers.
    """

    lengths: str = ""
    depths: str = "0,0.25,0.5,0.75,1"
    repeats: int = 4
    digits: int = 3
    seed: int = 0

    metrics = (
        Metric("found", "found", "one", "Needles found"),
        Metric("nll", "nll", "one", "Surprise at the number, nats", better="lower"),
    )
    beside_dense = False
    unasked = False

    def at_hand(self, source: Source) -> str:
        """Nothing is missing: the texts are made."""
        return ""

    def documents(self, source: Source, encoder: Encoder) -> list[Document]:
        """One a text."""
        lengths = _numbers(self.lengths, "lengths") or _lengths(min(source.length, 8192))
        depths = _numbers(self.depths, "depths")
        if not all(48 <= length <= source.length for length in lengths):
            raise UsageError(
                f"needle.lengths = {self.lengths!r} must be from 48 to {source.length}, the model's length."
            )
        if not 1 <= self.digits <= 15:
            raise UsageError(f"needle.digits must be from 1 to 15, not {self.digits}.")
        if not depths or not all(0 <= depth <= 1 for depth in depths):
            raise UsageError(f"needle.depths must be one or more from 0 to 1, not {self.depths!r}.")
        return [
            self._document(encoder, int(length), depth, number)
            for length in lengths
            for depth in depths
            for number in range(self.repeats)
        ]

    def tally(self, document: Document, scored: Sequence[Scored]) -> Mapping[str, float]:
        """Whether the number is found, and its negative log-likelihood in nats."""
        (score,) = scored
        return {"found": float(score.greedy), "nll": -score.logprob, "one": 1.0}

    def _document(self, encoder: Encoder, length: int, depth: float, number: int) -> Document:
        rng = generator("needle", self.seed, length, depth, number)
        number_of = f"number of {rng.choice(_OWNERS)}'s {rng.choice(_THINGS)}"
        digits = str(rng.integers(10 ** (self.digits - 1), 10**self.digits))
        told = f"\nThe {number_of} is {digits}.\n"
        asked = f"\n\nQuestion: What is the {number_of}?\nAnswer: The {number_of} is"
        room = length - len(encoder.tokens(f"{told}{asked} {digits}"))
        hay: list[str] = []
        while room > 0:
            hay.append(_sentence(rng))
            room -= len(encoder.tokens(f" {hay[-1]}", special=False))
        hay = hay[:-1]  # the one that passed the length
        at = round(depth * len(hay))
        text = f"{' '.join(hay[:at])}{told}{' '.join(hay[at:])}".strip()
        request = Pair(f"{text}{asked}", f" {digits}")
        groups = (f"length {length}", f"depth {depth:g}", f"length {length}, depth {depth:g}")
        return Document(f"{length} tokens, depth {depth:g}, {number}", (request,), groups=groups)


def _sentence(rng: np.random.Generator) -> str:
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)} {rng.choice(_WHEN)}."


def _lengths(most: int) -> list[float]:
    return [float(max(48, int(most * share))) for share in (0.125, 0.25, 0.5, 0.95)]


def _numbers(text: str, name: str) -> list[float]:
    try:
        return [float(part) for part in str(text).split(",") if part.strip()]
    except ValueError:
        raise UsageError(f"needle.{name} must be numbers separated by commas, not {text!r}.") from None


needle = Needle()
