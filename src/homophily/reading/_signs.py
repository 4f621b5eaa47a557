"""Signs: the many ways of writing one thing, made one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["bare", "fold", "key", "numerals", "worded_number"]

_ENGLISH = "zero one two three four five six seven eight nine ten"
_WORDS = {word: n for n, word in enumerate(_ENGLISH.split())}
_KANJI = {sign: n for n, sign in enumerate("〇一二三四五六七八九十")}
_OPENING = " \t\r\n\"'“”‘’„«「『【〈《([#_"
_CLOSING = " \t\r\n\"'“”‘’»」』】〉》)]_"


def fold(raw: str) -> str:
    """`raw` with full-width, circled and keycap signs in their plain form; lines are kept.

    Superscripts and fractions stay unreadable: folding would make 5² into 52. What could join two numbers
    into one (circles, emphasis, invisible signs) becomes a space.
    """
    return unicodedata.normalize("NFKC", raw.translate(_FOLDED)).replace("\u2212", "-")


def _fold(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "No":
        kind = unicodedata.decomposition(sign).split(" ")[0]
        value = float(unicodedata.numeric(sign, -1))
        plain = kind not in ("<super>", "<sub>", "<fraction>") and value >= 0 and value.is_integer()
        return f" {value:.0f} " if plain else "\ufffd"
    if category == "Cf" or sign in "*`\ufe0f\u20e3":
        return " "
    return sign


class _Folded(dict[int, str]):
    """Signs by their number as `str.translate` asks for them, each folded once: there are few of them."""

    def __missing__(self, number: int) -> str:
        self[number] = folded = _fold(chr(number))
        return folded


_FOLDED = _Folded()


def bare(piece: str) -> str:
    """`piece` without the decoration around it: quotes, brackets, one closing stop."""
    inner = piece.strip(_OPENING).rstrip(_CLOSING)
    if inner.endswith((".", "。", "!")):
        inner = inner[:-1]
    return inner.strip(_OPENING).rstrip(_CLOSING)


@lru_cache(maxsize=4096)  # the same labels come with every ask of an item
def key(wording: str) -> str:
    """A wording as it is compared: case, spacing and decoration do not count."""
    return "".join(bare(fold(wording)).casefold().split())


def worded_number(piece: str) -> int | None:
    """The value of a number word: zero to ten, 〇 to 九十九."""
    if piece.casefold() in _WORDS:
        return _WORDS[piece.casefold()]
    if piece in _KANJI:
        return _KANJI[piece]
    tens = re.fullmatch(r"([二三四五六七八九]?)十([一二三四五六七八九]?)", piece)
    if tens:
        return 10 * (_KANJI[tens[1]] if tens[1] else 1) + (_KANJI[tens[2]] if tens[2] else 0)
    return None


def numerals(text: str) -> set[float]:
    """The numbers that a folded text mentions, in digits, in English words, or in kanji with a counter.

    "One" is left out, being mostly a pronoun.
    """
    found = {float(digits) for digits in re.findall(r"[0-9]+(?:\.[0-9]+)?", text)}
    found |= {float(n) for word, n in _WORDS.items() if n > 1 and re.search(rf"\b{word}\b", text.casefold())}
    return found | {
        float(_KANJI[sign]) for sign in re.findall(r"([〇一二三四五六七八九十])(?=[点番か、,]|$)", text)
    }
