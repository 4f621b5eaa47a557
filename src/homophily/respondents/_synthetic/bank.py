"""The phrase bank: everything synthetic respondents can say, each sentence labelled."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from homophily.errors import UsageError
from homophily.values import CODES

__all__ = ["LANGUAGES", "Bank", "Phrase", "Utterance", "bank", "heard"]

LANGUAGES = ("en", "ja")

#: Speaks for a value on a topic; answers a value; or a move that speaks for none.
Move = Literal["value", "agree", "differ", "open", "close", "yes", "no", "neutral", "ask", "nothing"]

#: The moves that fit any value and any topic.
ANYWHERE: tuple[Move, ...] = ("yes", "no", "neutral", "ask", "nothing")

Table = Mapping[str, Any]

_FOLDER = files(__package__).joinpath("phrases")
_SENTENCE = {"en": re.compile(r"(?<=[.!?])\s+"), "ja": re.compile(r"(?<=[。！？])\s*")}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One thing to say.

    Attributes:
        text: One sentence or a few, in the bank's language.
        move: What it does in a dialogue.
        value: Code of the value it speaks for or answers; empty for none.
        topic: What it is about; empty for moves that fit any topic.
    """

    text: str
    move: Move
    value: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the bank knows of something said.

    Attributes:
        phrases: The phrases in it, in the order said.
        texts: Their wordings.
        value: The value it speaks for; empty for none.
        topic: What it is about; empty if that cannot be told.
        contrary: Whether it speaks against what was said before.
    """

    phrases: tuple[Phrase, ...]
    texts: tuple[str, ...]
    value: str
    topic: str
    contrary: bool


@dataclass(frozen=True, slots=True)
class Bank:
    """A language's phrases.

    Attributes:
        language: ISO 639-1 code.
        phrases: All of them, by move, value and topic.
        missing: What is said instead of an answer: a refusal, silence, something unreadable.
    """

    language: str
    phrases: Mapping[tuple[Move, str, str], tuple[Phrase, ...]]
    missing: tuple[str, ...]

    def get(self, move: Move, value: str = "", topic: str = "") -> tuple[Phrase, ...]:
        """The phrases for a move."""
        return self.phrases[move, value, topic]

    def topic(self, name: str) -> str:
        """The topic's phrases to use: its own, or those for any topic."""
        return name if ("open", "", name) in self.phrases else "any"

    def join(self, parts: list[str]) -> str:
        """Sentences in a row, as the language writes them."""
        return ("" if self.language == "ja" else " ").join(parts)


@cache
def bank(language: str) -> Bank:
    """The phrases of a language, from the folder of its name: reactions, moves, and one file a topic.

    Raises:
        UsageError: Synthetic respondents do not speak it.
    """
    if language not in LANGUAGES:
        raise UsageError(f"synthetic respondents speak {' and '.join(LANGUAGES)}, not {language!r}.")
    tables = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in sorted(_FOLDER.joinpath(language).iterdir(), key=lambda entry: entry.name)
    }
    reactions, moves = tables.pop("reactions"), tables.pop("moves")
    missing = tuple(moves.pop("missing"))
    phrases: dict[tuple[Move, str, str], tuple[Phrase, ...]] = {}
    for phrase in (*_topical(tables), *_reactions(reactions), *_moves(moves)):
        place = (phrase.move, phrase.value, phrase.topic)
        phrases[place] = (*phrases.get(place, ()), phrase)
    return Bank(language, phrases, missing)


def _topical(tables: Mapping[str, Table]) -> Iterator[Phrase]:
    for topic, table in tables.items():
        yield from (Phrase(text, "open", topic=topic) for text in table["open"])
        yield from (Phrase(text, "close", topic=topic) for text in table["close"])
        for code in CODES:
            yield from (Phrase(text, "value", code, topic) for text in table[code])


def _reactions(table: Table) -> Iterator[Phrase]:
    for code in CODES:
        yield from (Phrase(text, "agree", code) for text in table[code]["agree"])
        yield from (Phrase(text, "differ", code) for text in table[code]["differ"])


def _moves(table: Table) -> Iterator[Phrase]:
    for move in ANYWHERE:
        yield from (Phrase(text, move) for text in table[move])


@lru_cache(maxsize=65536)
def heard(text: str, language: str) -> Utterance:
    """An utterance taken apart; sentences that are not the bank's are passed over."""
    known = _by_sentence(language)
    found = (known.get(sentence) for sentence in _SENTENCE[language].split(text.strip()))
    phrases = tuple(dict.fromkeys(phrase for phrase in found if phrase is not None))
    return Utterance(
        phrases,
        tuple(phrase.text for phrase in phrases),
        next((phrase.value for phrase in phrases if phrase.move == "value"), ""),
        next((phrase.topic for phrase in phrases if phrase.topic), ""),
        any(phrase.move in ("differ", "no") for phrase in phrases),
    )


@cache
def _by_sentence(language: str) -> dict[str, Phrase]:
    return {
        sentence: phrase
        for phrases in bank(language).phrases.values()
        for phrase in phrases
        for sentence in _SENTENCE[language].split(phrase.text)
        if sentence
    }
