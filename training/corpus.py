"""The training text: a seeded stream of documents of all kinds, and held-out documents of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from training import chats, recall
from training.tokens import chat_text

__all__ = ["KINDS", "MIXES", "Corpus"]

#: Shares of documents by kind and mix. The second mix is heavy in what must be looked up or copied: on the
#: first, stories crowd it out and no layer learns to look back for what followed last time.
MIXES: dict[str, dict[str, float]] = {
    "tell": {
        "story": 0.40,
        "told": 0.12,
        "facts": 0.14,
        "whereabouts": 0.06,
        "lists": 0.05,
        "copies": 0.05,
        "sums": 0.02,
        "choice": 0.04,
        "rating": 0.02,
        "agreement": 0.03,
        "persona": 0.04,
        "talk": 0.03,
    },
    "recall": {
        "story": 0.30,
        "told": 0.04,
        "facts": 0.18,
        "whereabouts": 0.05,
        "lists": 0.10,
        "copies": 0.15,
        "sums": 0.02,
        "choice": 0.05,
        "rating": 0.02,
        "agreement": 0.03,
        "persona": 0.03,
        "talk": 0.03,
    },
}
#: Every kind of document.
KINDS = tuple(MIXES["tell"])
_FILL = 700  # characters of a document, on average; kinds are drawn by share of these


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents to learn from.

    Attributes:
        stories: Real stories.
        told: Stories told by stories260K.
    """

    stories: list[str]
    told: list[str]

    def documents(self, seed: int, longest: int, mix: str = "tell") -> Iterator[str]:
        """Documents without end; the same seed gives the same ones.

        Args:
            seed: Of all draws; held-out documents take another seed (and other stories).
            longest: Greatest length of a document that asks late for what was said early, in characters.
            mix: Of `MIXES`.
        """
        rng = Random(seed)
        bags = {"story": _bag(rng, self.stories), "told": _bag(rng, self.told)}
        while True:
            (kind,) = rng.choices(KINDS, list(MIXES[mix].values()))
            if kind in bags:
                yield next(bags[kind])
                continue
            yield self.document(kind, rng, longest)

    def document(self, kind: str, rng: Random, longest: int) -> str:
        """One document of a kind."""
        if kind == "story":
            return rng.choice(self.stories)
        if kind == "told":
            return rng.choice(self.told)
        if kind == "facts":
            return recall.facts(rng, self.filler, int(longest * rng.random() ** 1.5))
        make: Callable[[Random], str] | None = getattr(recall, kind, None)
        parts: list[str] = []
        while sum(map(len, parts)) < _FILL:
            parts.append(make(rng) if make else chat_text(getattr(chats, kind)(rng)))
        return "</s><s>".join(parts)

    def filler(self, rng: Random) -> str:
        """Story text for between a fact and its question."""
        return "\n".join(rng.choice(self.stories if rng.random() < 0.7 else self.told) for _ in range(4))


def _bag(rng: Random, things: list[str]) -> Iterator[str]:
    """The things in a random order, each once before any comes again."""
    while True:
        yield from rng.sample(things, len(things))
