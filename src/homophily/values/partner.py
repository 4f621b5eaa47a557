"""Partners made to measure: a profile at a chosen similarity to a given one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from homophily.errors import UsageError
from homophily.values import norms
from homophily.values.profiles._scale import place
from homophily.values.profiles.human import human
from homophily.values.similarity._shape import profiles, unit

__all__ = ["partner"]


def partner(
    profile: ArrayLike,
    similarity: ArrayLike,
    rng: np.random.Generator,
    *,
    population: str = norms.DEFAULT,
) -> np.ndarray:
    """Make a partner whose Pearson similarity to a profile is exactly the one asked for.

    The partner is a person drawn from a population, turned in the plane of the two shapes until the
    correlation is right. Their spread is kept where it fits the 1–6 scale.

    Args:
        profile: Whom the partner is for, (..., 10), raw or centred.
        similarity: Wished Pearson correlations in [−1, 1], broadcast to (...).
        rng: The source of chance.
        population: Whom partners are drawn from (`homophily.values.norms`).

    Returns:
        The partners' raw target scores on 1–6, (..., 10).

    Raises:
        DataError: The last axis does not hold the ten values.
        UsageError: A similarity outside [−1, 1], or a flat profile, which is similar to nobody.
    """
    given, _ = profiles(profile, profile)
    wished = np.broadcast_to(np.asarray(similarity, dtype=float), given.shape[:-1])[..., None]
    if not (np.abs(wished) <= 1).all():
        raise UsageError(f"similarity {similarity!r} cannot be had: a correlation lies within −1 to 1.")
    own = unit(_deviations(given))
    if np.isnan(own).any():
        raise UsageError(
            "a flat or incomplete profile is similar to nobody: give one that puts something first."
        )
    people = human(int(np.prod(given.shape[:-1], dtype=int)), rng, population=population)
    drawn = _deviations(people.reshape(given.shape))
    apart = unit(drawn - (drawn * own).sum(axis=-1, keepdims=True) * own)
    spread = np.sqrt((drawn**2).sum(axis=-1, keepdims=True))
    return place(spread * (wished * own + np.sqrt(1 - wished**2) * apart))


def _deviations(scores: np.ndarray) -> np.ndarray:
    return np.asarray(scores - scores.mean(axis=-1, keepdims=True))
