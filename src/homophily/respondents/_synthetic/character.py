"""Characters: the true values of whoever sits in a seat, as the synthetic model needs them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from homophily import values
from homophily.asks import Persona
from homophily.errors import UsageError
from homophily.seeds import derive
from homophily.values import CODES

__all__ = ["Character", "alike", "character", "profiled"]

Ten = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Character:
    """An agent's truth.

    Attributes:
        key: Names the agent's effects: made of its id and its values, so that populations drawn from
            different seeds have different effects though their agents bear the same ids.
        mean: The profile's level, the mean over all items (MRAT).
        centred: Centred scores, (10,), in circle order.
    """

    key: int
    mean: float
    centred: Ten

    def score(self, code: str) -> float:
        """The centred score of a value; 0 for anything that is not one of the ten."""
        return self.centred[CODES.index(code)] if code in CODES else 0.0


def character(persona: Persona | None, otherwise: Mapping[str, float]) -> Character:
    """Who sits in a seat; where nobody said what values to hold, `otherwise` says.

    Raises:
        UsageError: The profile lacks a value.
    """
    profile = persona.profile if persona is not None and persona.profile else otherwise
    return _made(persona.id if persona is not None else "", profiled(profile))


def profiled(profile: Mapping[str, float]) -> Ten:
    """The ten scores in circle order.

    Raises:
        UsageError: The profile lacks a value.
    """
    try:
        return tuple([float(profile[code]) for code in CODES])
    except KeyError as error:
        raise UsageError(f"the profile {dict(profile)!r} lacks {error.args[0]!r}: give all ten.") from None


@lru_cache(maxsize=65536)
def _made(agent: str, scores: Ten) -> Character:
    mean = float(values.mrat(scores))
    return Character(derive(agent, *scores), mean, tuple(score - mean for score in scores))


@lru_cache(maxsize=65536)
def alike(one: Ten, other: Ten) -> float:
    """Pearson similarity of two profiles, as `homophily.values.similarity.pearson`; 0 if one is flat."""
    a, b = _deviations(one), _deviations(other)
    length = math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))
    return math.fsum(x * y for x, y in zip(a, b, strict=True)) / length if length > 1e-12 else 0.0


def _deviations(scores: Ten) -> list[float]:
    mean = math.fsum(scores) / len(scores)
    return [score - mean for score in scores]
