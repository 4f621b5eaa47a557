"""Remarks: what a volunteer writes about agents, from phrases labelled by theme."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from homophily.errors import UsageError
from homophily.respondents._synthetic.chance import coin, uniform

__all__ = ["THEMES", "remark", "theme_of"]

THEMES = ("values", "competence", "care", "risk", "reasons", "style", "machine")
"""What a remark can be about: the start codebook of the open answers."""

_FILE = files(__package__).joinpath("remarks.toml")
#: Points of trust per logit by which remarks for an agent become likelier than remarks against it.
_DECIDED = 0.35


def remark(language: str, trust: float, felt: float, *names: object) -> str:
    """A sentence on one theme, for or against as trust is above or below its middle.

    Shared values come up the more often, the further felt similarity is from its middle.

    Args:
        language: ``en`` or ``ja``.
        trust: Trust in the agent, in points from the middle.
        felt: Felt similarity, in points from the middle.
        *names: Names of the chance.

    Raises:
        UsageError: No phrases in this language.
    """
    found = _phrases()
    if language not in found:
        raise UsageError(f"volunteers write {', '.join(found)}, not {language!r}.")
    weights = [0.5 + abs(felt), *[1.0] * (len(THEMES) - 1)]
    drawn = uniform(*names, "theme") * sum(weights)
    place = next(i for i in range(len(weights)) if drawn < sum(weights[: i + 1]))
    likes = uniform(*names, "valence") < 1 / (1 + math.exp(-trust / _DECIDED))
    phrases = found[language][THEMES[place]]["for" if likes else "against"]
    return phrases[coin(len(phrases), *names, "phrase")]


def theme_of(text: str) -> str:
    """The theme of a remark; empty for any other text."""
    return _themes().get(text, "")


@cache
def _themes() -> dict[str, str]:
    return {
        text: theme
        for themes in _phrases().values()
        for theme, sides in themes.items()
        for phrases in sides.values()
        for text in phrases
    }


@cache
def _phrases() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
