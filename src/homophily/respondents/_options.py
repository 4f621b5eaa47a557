"""Option probabilities: how likely each answer to a closed item was, from the tokens' log-probabilities."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from homophily.items import Choice, Item, Likert

__all__ = ["distribution"]

_AROUND = " \t\n\"'`*_(){}[].,:：、。「」"


def distribution(item: Item, logprobs: Sequence[Mapping[str, Any]]) -> tuple[dict[str, float], float] | None:
    """The probability of each option at the token where the answer was given.

    That token is the first that is, but for punctuation, one of the options; so the answer may stand alone
    or in a JSON object. Options outside the server's list of likeliest tokens count as 0.

    Args:
        item: The item asked.
        logprobs: Per token of the answer, as the API has it.

    Returns:
        Probabilities by scale point (``"4"``) or option id, summing to 1, and the mass that the options had
        among all tokens before that. None if they cannot be told: open items, no option seen, or one option
        that begins another.
    """
    tokens = _tokens(item)
    if any(a != b and b.startswith(a) for a in tokens for b in tokens):
        return None
    for position in logprobs:
        if _bare(position.get("token")) in tokens:
            return _share(tokens, position.get("top_logprobs"))
    return None


def _tokens(item: Item) -> dict[str, str]:
    """What is recorded for each option, by the token that states it."""
    if isinstance(item, Likert):
        return {str(point): str(point) for point in range(item.low, item.high + 1)}
    if isinstance(item, Choice):
        return {letter: option.id for letter, option in item.letters().items()}
    return {}


def _bare(token: object) -> str:
    return token.strip(_AROUND) if isinstance(token, str) else ""


def _share(tokens: Mapping[str, str], listed: object) -> tuple[dict[str, float], float] | None:
    masses = dict.fromkeys(tokens.values(), 0.0)
    for entry in listed if isinstance(listed, list) else ():
        known = tokens.get(_bare(entry.get("token"))) if isinstance(entry, dict) else None
        logprob = entry.get("logprob") if known is not None else None
        if known is not None and isinstance(logprob, int | float):
            masses[known] += math.exp(logprob)
    total = sum(masses.values())
    if not 0 < total < math.inf:
        return None
    return {option: mass / total for option, mass in masses.items()}, total
