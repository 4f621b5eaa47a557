"""Each value's name with a word for how much it matters; no numbers."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.personas._frame import discreet, listed, step, worded
from homophily.values import VALUES

__all__ = ["intensity"]
__references__ = ("own",)

OPENING = {
    "en": "This is how much each of these values matters to you as a guide in life.",
    "ja": "あなたが生きていくうえで、それぞれの価値をどのくらい大切にしているかは、次のとおりです。",
}
WORDS = {
    "en": {
        1: "not important at all",
        2: "hardly important",
        3: "somewhat important",
        4: "rather important",
        5: "very important",
        6: "of the highest importance",
    },
    "ja": {
        1: "まったく大切ではない",
        2: "ほとんど大切ではない",
        3: "少しは大切",
        4: "わりと大切",
        5: "とても大切",
        6: "この上なく大切",
    },
}
LINE = {"en": "- {name}: {word}", "ja": "・{name}：{word}"}


def intensity(profile: Mapping[str, float], language: str) -> str:
    """Ten lines of name and word, in circle order; a score takes the word of its nearest scale point."""
    line, words = worded(LINE, language), worded(WORDS, language)
    lines = [
        line.format(name=VALUES[code].name[language], word=words[step(score)])
        for code, score in listed(profile)
    ]
    return discreet(worded(OPENING, language), lines, language)
