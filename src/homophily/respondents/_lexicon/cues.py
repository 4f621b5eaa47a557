"""Cues: words that voice a value, how they are written down, and how they are found in a message."""

from __future__ import annotations

import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from homophily.errors import UsageError

__all__ = ["LANGUAGES", "Found", "Lexicon", "lexicon"]

#: Languages with a shipped lexicon.
LANGUAGES = ("en", "ja")

_WEIGHTS = {"strong": 2.0, "weak": 1.0}
_GAP_WORDS, _GAP_SIGNS = 3, 12
_BEFORE, _AFTER = (
    5,
    10,
)  # how far a dismissal reaches: words before a cue in English, signs after it in Japanese
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_STOP = re.compile(r"[.!?;:。！？\n]")


@dataclass(frozen=True, slots=True)
class Found:
    """A cue in a message.

    Attributes:
        value: The value's code.
        cue: As the lexicon writes it.
        weight: What it weighs.
    """

    value: str
    cue: str
    weight: float


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The cues of a language.

    Attributes:
        codes: The values that have cues.
        words: For languages with spaces: cues by the first letters of their first word.
        signs: For languages without: cues as parts that follow each other.
        dismissals: Words that take a cue back.
    """

    codes: frozenset[str]
    words: Mapping[str, tuple[tuple[tuple[str, ...], Found], ...]]
    signs: tuple[tuple[tuple[str, ...], Found], ...]
    dismissals: tuple[str, ...]

    def find(self, message: str) -> list[Found]:
        """The cues in a message, each once, without those that are dismissed ("this is not about money")."""
        text = unicodedata.normalize("NFKC", message).replace("’", "'").casefold()
        found = [*self._among_words(text), *self._among_signs(text)]
        return list(dict.fromkeys(found))

    def _among_words(self, text: str) -> Iterator[Found]:
        if not self.words:
            return
        for sentence in _STOP.split(text):
            words = _WORD.findall(sentence)
            for place, word in enumerate(words):
                for parts, cue in self.words.get(word[:2], ()):
                    if _follow(parts, words, place) and not self._dismissed(words, place):
                        yield cue

    def _dismissed(self, words: list[str], place: int) -> bool:
        before = " ".join(words[max(0, place - _BEFORE) : place])
        return any(f" {phrase} " in f" {before} " for phrase in self.dismissals)

    def _among_signs(self, text: str) -> Iterator[Found]:
        for parts, cue in self.signs:
            start = 0
            while (end := _reach(parts, text, start)) > 0:
                after = text[end : end + _AFTER]
                if not any(phrase in after for phrase in self.dismissals):
                    yield cue
                    break
                start = end


def _follow(parts: tuple[str, ...], words: list[str], place: int) -> bool:
    """Whether the words from `place` on are those of a cue; ``~`` stands for up to three others."""
    gap = 0
    for part in parts:
        if part == "~":
            gap = _GAP_WORDS
            continue
        while place < len(words) and not _fits(part, words[place]) and gap:
            place, gap = place + 1, gap - 1
        if place >= len(words) or not _fits(part, words[place]):
            return False
        place, gap = place + 1, 0
    return True


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _reach(parts: tuple[str, ...], text: str, start: int) -> int:
    """Where a cue ends in a text, its parts up to twelve signs apart; 0 if it is not there."""
    while (place := text.find(parts[0], start)) >= 0:
        end = place + len(parts[0])
        for part in parts[1:]:
            following = text.find(part, end, end + _GAP_SIGNS + len(part))
            if following < 0:
                break
            end = following + len(part)
        else:
            return end
        start = place + 1
    return 0


@functools.cache
def lexicon(language: str, path: str = "") -> Lexicon:
    """The lexicon of a language: the shipped one, or a file's.

    Args:
        language: ``en`` or ``ja``.
        path: A TOML file in the form of the shipped ones.

    Raises:
        UsageError: There is no lexicon for the language, or the file does not fit.
    """
    if language not in LANGUAGES:
        raise UsageError(f"there is no lexicon in {language!r}: English (en) and Japanese (ja) are known.")
    shipped = files("homophily.respondents._lexicon") / f"{language}.toml"
    return _read(Path(path) if path else shipped, spaced=language == "en")


def _read(path: Traversable, *, spaced: bool) -> Lexicon:
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None
    except ValueError as error:
        raise UsageError(f"{path}: no valid TOML in UTF-8: {error}.") from None
    dismissals = tuple(data.pop("dismissals", ()))
    cues = [
        (_parts(text, spaced), Found(code, text, _WEIGHTS[strength]))
        for code, entry in data.items()
        for strength, texts in _checked(path, code, entry).items()
        for text in texts
    ]
    index: dict[str, list[tuple[tuple[str, ...], Found]]] = {}
    for parts, cue in cues if spaced else ():
        index.setdefault(parts[0][:2], []).append((parts, cue))
    frozen = {letters: tuple(entries) for letters, entries in index.items()}
    return Lexicon(frozenset(data), frozen, () if spaced else tuple(cues), dismissals)


def _checked(path: Traversable, code: str, entry: Any) -> dict[str, list[str]]:
    known = isinstance(entry, dict) and set(entry) <= set(_WEIGHTS)
    if not known or not all(isinstance(texts, list) and all(texts) for texts in entry.values()):
        raise UsageError(
            f"{path}: value {code!r} needs lists of cues, 'strong' and 'weak', and nothing else."
        )
    return dict(entry)


def _parts(text: str, spaced: bool) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", text.replace("…", "\0")).casefold()
    if not spaced:
        return tuple(folded.split("\0"))
    return tuple(
        [word.strip("'") for word in folded.split()]
    )  # as words of a message are, workers' among them
