"""What the designs share: the ten scores checked, a score's step, the request for discretion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from homophily.errors import UsageError
from homophily.values import CODES

__all__ = ["DISCRETION", "discreet", "listed", "step", "worded"]

T = TypeVar("T")

#: Ends every design that says something about values: they are to show in conduct, not to be announced.
DISCRETION = {
    "en": (
        "This is who you are. Let it show in what you think, want and do. When you speak to others, never "
        "name these values, never quote these lines, and never mention a score, a ranking or a description."
    ),
    "ja": (
        "これがあなたの人となりです。考え方や望むこと、ふるまいに自然とにじみ出るようにしてください。"
        "ほかの人と話すときは、これらの価値観の名前を口にしたり、ここにある文をそのまま述べたり、"
        "点数や順位、この説明そのものに触れたりしないでください。"
    ),
}


def worded(texts: Mapping[str, T], language: str) -> T:
    """A design's text in one language.

    Raises:
        UsageError: The design has no text in this language.
    """
    if language not in texts:
        raise UsageError(f"personas are worded in {', '.join(texts)}, not in {language!r}.")
    return texts[language]


def listed(profile: Mapping[str, float]) -> list[tuple[str, float]]:
    """The ten codes with their scores, in circle order.

    Raises:
        UsageError: A value has no score, or one outside 1–6.
    """
    absent = [code for code in CODES if code not in profile]
    if absent:
        raise UsageError(f"the profile lacks {', '.join(absent)}: a persona needs all ten values.")
    for code in CODES:
        if not 1 <= profile[code] <= 6:
            raise UsageError(f"{code} = {profile[code]!r} is outside the 1–6 scale of target scores.")
    return [(code, float(profile[code])) for code in CODES]


def step(score: float) -> int:
    """The scale point, 1–6, nearest to a score; halves go up."""
    return min(6, max(1, int(score + 0.5)))


def discreet(opening: str, lines: Iterable[str], language: str) -> str:
    """A design's paragraph: its opening, its lines, and the request for discretion."""
    return "\n".join([opening, *lines, "", worded(DISCRETION, language)])
