"""Only the values that matter most, as the anchor from which all else follows."""

from __future__ import annotations

from collections.abc import Mapping

from homophily.errors import UsageError
from homophily.personas._frame import discreet, listed, worded
from homophily.values import VALUES

__all__ = ["anchor"]
__references__ = ("rozen2025",)

OPENING = {
    "en": (
        "What matters most to you in life is written below, the most important first. "
        "Whatever you decide, you decide from here."
    ),
    "ja": (
        "あなたが人生で最も大切にしているものを、大切な順に記します。"
        "何を決めるときも、これがあなたの出発点になります。"
    ),
}
LINE = {"en": "{place}. {name}: {sense}", "ja": "{place}. {name}：{sense}"}


def anchor(profile: Mapping[str, float], language: str, *, k: int = 3) -> str:
    """The `k` highest values with their senses; the others are left open.

    Anchoring a persona on few values gave language models a more human structure of all ten (Rozen et al.,
    ICLR 2025). Equal scores keep the order of the circle.

    Args:
        profile: The ten target scores, 1–6, by code.
        language: ``en`` or ``ja``.
        k: How many values to state, 1–10.

    Raises:
        UsageError: `k` is out of range, or the profile is incomplete.
    """
    if not 1 <= k <= 10:
        raise UsageError(f"anchor states between 1 and 10 values, not k = {k!r}.")
    line = worded(LINE, language)
    top = sorted(listed(profile), key=lambda entry: -entry[1])[:k]
    lines = [
        line.format(place=place, name=VALUES[code].name[language], sense=VALUES[code].sense[language])
        for place, (code, _) in enumerate(top, start=1)
    ]
    return discreet(worded(OPENING, language), lines, language)
