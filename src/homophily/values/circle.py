"""The circle check: do these scores have the structure that people's values have?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from homophily.errors import DataError
from homophily.values.centring import centre
from homophily.values.similarity._shape import along_values, midranks
from homophily.values.theory import CODES, HIGHER

__all__ = ["LIMIT", "CircleCheck", "check"]
__references__ = ("torgerson1952",)

#: A sample passes at this Spearman correlation of circular distance and correlation, or below.
LIMIT = -0.6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CircleCheck:
    """Whether a sample's values lie on the circle.

    Attributes:
        n: Complete profiles that entered.
        correlations: Between centred scores, (10, 10), in circle order; NaN where a value does not vary.
        by_distance: Mean correlation of values 1 … 5 steps apart on the circle, (5,).
        rho: Spearman correlation of circular distance and correlation over the 45 pairs.
        positions: The values in the plane by classical scaling of the correlations, (10, 2).
        quadrants: The higher-order values as met going round that plane, from openness on.
        in_order: Whether they come in the theory's order, whichever way round.
        passes: Whether `rho` is at most `LIMIT` and the quadrants are in order.
    """

    n: int
    correlations: np.ndarray
    by_distance: np.ndarray
    rho: float
    positions: np.ndarray
    quadrants: tuple[str, ...]
    in_order: bool
    passes: bool


def check(scores: ArrayLike) -> CircleCheck:
    """Check a sample's scores against the circle of values.

    In the ESS (Germany, round 9) the mean correlation falls with distance, .159, −.020, −.171, −.296, −.321,
    and `rho` is −.872.

    Args:
        scores: Profiles, (n, 10), raw or centred, in circle order; incomplete ones are left out.

    Raises:
        DataError: Not ten columns, or fewer than three complete profiles.
    """
    profiles = np.asarray(scores, dtype=float)
    if profiles.ndim != 2 or profiles.shape[1] != len(CODES):
        raise DataError(f"scores of shape {profiles.shape} are no sample: give (people, {len(CODES)}).")
    profiles = profiles[~np.isnan(profiles).any(axis=1)]
    if len(profiles) < 3:
        raise DataError(f"{len(profiles)} complete profiles do not show a structure: give 3 or more.")
    correlations = _correlate(centre(profiles))
    one, other = np.triu_indices(len(CODES), k=1)
    steps = np.minimum(other - one, len(CODES) - (other - one))
    pairs = correlations[one, other]
    rho = float(along_values(midranks(steps), midranks(pairs)))
    positions = _positions(correlations)
    quadrants = _quadrants(positions)
    in_order = quadrants in _orders()
    return CircleCheck(
        n=len(profiles),
        correlations=correlations,
        by_distance=np.array([pairs[steps == step].mean() for step in range(1, 6)]),
        rho=rho,
        positions=positions,
        quadrants=quadrants,
        in_order=in_order,
        passes=bool(rho <= LIMIT and in_order),
    )


def _correlate(centred: np.ndarray) -> np.ndarray:
    deviations = centred - centred.mean(axis=0)
    length = np.sqrt((deviations**2).sum(axis=0))
    unit = np.divide(deviations, length, out=np.full_like(deviations, np.nan), where=length > 1e-9)
    return np.asarray(unit.T @ unit)


def _positions(correlations: np.ndarray) -> np.ndarray:
    """Classical scaling (Torgerson 1952) of the distances sqrt(2(1 − r)): the first two axes, (10, 2)."""
    if np.isnan(correlations).any():
        return np.full((len(correlations), 2), np.nan)
    centring = np.eye(len(correlations)) - 1 / len(correlations)
    variances, axes = np.linalg.eigh(centring @ correlations @ centring)
    return np.asarray(axes[:, :-3:-1] * np.sqrt(np.clip(variances[:-3:-1], 0, None)))


def _quadrants(positions: np.ndarray) -> tuple[str, ...]:
    """The quadrants' centres by angle, starting at openness; empty where there are no positions."""
    if np.isnan(positions).any():
        return ()
    angles = {}
    for key, higher in HIGHER.items():
        x, y = positions[[CODES.index(code) for code in higher.values]].mean(axis=0)
        angles[key] = np.arctan2(y, x)
    met = sorted(angles, key=angles.__getitem__)
    start = met.index("openness")
    return (*met[start:], *met[:start])


def _orders() -> set[tuple[str, ...]]:
    first, *rest = HIGHER
    return {(first, *rest), (first, *reversed(rest))}
