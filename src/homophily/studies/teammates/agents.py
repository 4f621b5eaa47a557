"""The agents: five rankings of values at exact distances from a participant's, and profiles made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from homophily.values import CODES, ranks
from homophily.values.counterpart import Counterpart, counterpart

if TYPE_CHECKING:
    from homophily.studies.teammates.design import Agents

__all__ = ["agents", "level_of", "profile", "rung"]


def agents(ranking: Sequence[str], settings: Agents, rng: np.random.Generator) -> tuple[Counterpart, ...]:
    """The agents for one participant, in the order of the design's levels, from the same to the opposite.

    Args:
        ranking: The participant's ten value codes, most important first.
        settings: Levels, overlaps and the circle's margin.
        rng: The source of chance.

    Raises:
        UsageError: A level cannot be had together with its overlap and margin.
    """
    return tuple(
        counterpart(
            ranking,
            rung(level),
            rng,
            overlap=overlap,
            top=settings.top,
            margin=settings.margin,
            restarts=settings.restarts,
        )
        for level, overlap in zip(settings.levels, settings.overlap, strict=True)
    )


def rung(level: float) -> int:
    """Σd² of the attainable rank correlation nearest a wished one, the nearer to 1 of two."""
    return min(each.d2 for each in ranks.nearest(level))


def level_of(place: int, n: int) -> int:
    """The level's number in tables: 1 for the most opposite of `n`, `n` for the most similar."""
    return n - place


def profile(codes: Sequence[str]) -> dict[str, float]:
    """Target scores of a ranking on the 1–6 scale: 6 for the first value, 1 for the last, evenly between."""
    return {code: 6 - 5 * tuple(codes).index(code) / (len(codes) - 1) for code in CODES}
