"""Each value's name, what it means in one line, and its score from 1 to 6."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.personas._frame import discreet, listed, worded
from homophily.personas.scores import OPENING
from homophily.values import VALUES

__all__ = ["definitions"]
__references__ = ("own",)

LINE = {"en": "- {name} ({sense}): {score:.1f}", "ja": "・{name}（{sense}）：{score:.1f}"}


def definitions(profile: Mapping[str, float], language: str) -> str:
    """Ten lines of name, sense and score, in circle order."""
    line = worded(LINE, language)
    lines = [
        line.format(name=VALUES[code].name[language], sense=VALUES[code].sense[language], score=score)
        for code, score in listed(profile)
    ]
    return discreet(worded(OPENING, language), lines, language)
