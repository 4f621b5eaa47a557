"""Each value's name with its score from 1 to 6."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.personas._frame import discreet, listed, worded
from homophily.values import VALUES

__all__ = ["scores"]
__references__ = ("own",)

OPENING = {
    "en": (
        "The numbers below say how important each value is to you as a guide in life, "
        "from 1 (not important at all) to 6 (of the highest importance)."
    ),
    "ja": (
        "次の数字は、あなたが生きていくうえで、それぞれの価値をどのくらい大切にしているかを表します。"
        "1は「まったく大切ではない」、6は「この上なく大切」です。"
    ),
}
LINE = {"en": "- {name}: {score:.1f}", "ja": "・{name}：{score:.1f}"}


def scores(profile: Mapping[str, float], language: str) -> str:
    """Ten lines of name and score, in circle order."""
    line = worded(LINE, language)
    lines = [line.format(name=VALUES[code].name[language], score=score) for code, score in listed(profile)]
    return discreet(worded(OPENING, language), lines, language)
