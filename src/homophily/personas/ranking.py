"""The ten values in order of importance, without saying how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.personas._frame import discreet, listed, worded
from homophily.values import VALUES

__all__ = ["ranking"]
__references__ = ("own",)

OPENING = {
    "en": "These ten values guide you in life, in this order: the first matters most to you, the last least.",
    "ja": (
        "あなたが生きていくうえで指針とする十の価値を、大切な順に並べると次のようになります。"
        "いちばん上が最も大切なもの、いちばん下が最も優先度の低いものです。"
    ),
}
LINE = {"en": "{place}. {name} （{sense}）", "ja": "{place}. {name}（{sense}）"}


def ranking(profile: Mapping[str, float], language: str) -> str:
    """Ten numbered lines, highest score first; equal scores keep the order of the circle."""
    line = worded(LINE, language)
    ordered = sorted(listed(profile), key=lambda entry: -entry[1])
    lines = [
        line.format(place=place, name=VALUES[code].name[language], sense=VALUES[code].sense[language])
        for place, (code, _) in enumerate(ordered, start=1)
    ]
    return discreet(worded(OPENING, language), lines, language)
