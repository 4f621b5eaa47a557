"""Counterparts made to measure: a ranking of values at an exact rank distance from a given one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from homophily.errors import UsageError
from homophily.values.ranks import levels
from homophily.values.theory import CODES

__all__ = ["Counterpart", "circle_margin", "counterpart"]

_N = len(CODES)
_SWAPS = np.array([(i, j) for i in range(_N) for j in range(i + 1, _N)])
_BESIDE = np.array([(i, (i + 1) % _N) for i in range(_N)])
_OPPOSITE = np.array([(i, i + _N // 2) for i in range(_N // 2)])
#: Swaps tried before a search begins anew from another start.
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A constructed ranking.

    Attributes:
        codes: The ten codes, most important first.
        d2: Σd² of the ranks with those of the ranking it was made for.
        rho: Spearman's rank correlation with it, 1 − Σd²/165.
        overlap: Values that both have among their first `top`.
        margin: `circle_margin` of its ranks.
        restarts: Searches begun before the one that found it.
    """

    codes: tuple[str, ...]
    d2: int
    rho: float
    overlap: int
    margin: float
    restarts: int


def circle_margin(ranks: np.ndarray) -> np.ndarray:
    """By how many places values opposite on the circle lie further apart than neighbours do, on average.

    Positive in a person whose priorities follow the circle. Uniformly random rankings have mean 0.

    Args:
        ranks: Ranks of the ten values, (..., 10), in circle order.

    Returns:
        The margin in places, (...): mean |rank difference| of the 5 opposite pairs, less that of the 10
        neighbouring pairs.
    """
    opposite = np.abs(ranks[..., _OPPOSITE[:, 0]] - ranks[..., _OPPOSITE[:, 1]]).mean(axis=-1)
    beside = np.abs(ranks[..., _BESIDE[:, 0]] - ranks[..., _BESIDE[:, 1]]).mean(axis=-1)
    return np.asarray(opposite - beside)


def counterpart(
    codes: Sequence[str],
    d2: int,
    rng: np.random.Generator,
    *,
    overlap: int | None = None,
    top: int = 3,
    margin: float = 0.0,
    restarts: int = 10,
) -> Counterpart:
    """Make a ranking whose rank distance to a given one is exactly the one asked for.

    A search by swaps: from a random order, the swap is taken that leaves least to mend of distance, overlap
    and margin, until nothing is left. At the ends of the ladder (Σd² 0 and 330) the ranking is determined,
    and neither overlap nor margin counts.

    Args:
        codes: The ten value codes, most important first.
        d2: Wished Σd²; even, within 0–330 (`homophily.values.ranks.levels`).
        rng: The source of chance; equal states give equal counterparts.
        overlap: Wished number of values that both have among their first `top`; None for any.
        top: How many values count as first.
        margin: The counterpart's `circle_margin` must be above this.
        restarts: Searches from new starts before giving up.

    Raises:
        UsageError: `codes` are not the ten, `d2` cannot be had, or no ranking has the properties asked for.
    """
    if sorted(codes) != sorted(CODES):
        raise UsageError(f"{tuple(codes)!r} is no ranking of the ten values: give each code once.")
    if d2 not in {level.d2 for level in levels(_N)}:
        raise UsageError(f"Σd² = {d2!r} cannot be had: choose an even number within 0–330.")
    own = np.argsort([CODES.index(code) for code in codes]) + 1
    if d2 in (0, 330):
        return _found(own, own if d2 == 0 else _N + 1 - own, top, 0)
    for restart in range(restarts):
        found = _search(own, d2, overlap, top, margin, rng)
        if found is not None:
            return _found(own, found, top, restart)
    raise UsageError(
        f"no ranking found with Σd² = {d2}, {overlap} of the first {top} shared and a circle margin above "
        f"{margin:g} in {restarts} searches: ask for less, or allow more restarts."
    )


def _search(
    own: np.ndarray, d2: int, overlap: int | None, top: int, margin: float, rng: np.random.Generator
) -> np.ndarray | None:
    """One search: ranks in circle order, (10,), or None after too many swaps."""
    ranks = rng.permutation(_N) + 1
    first = own <= top
    for _ in range(_STEPS):
        tried = np.repeat(ranks[None], len(_SWAPS) + 1, axis=0)
        rows = np.arange(len(_SWAPS))
        tried[rows, _SWAPS[:, 0]], tried[rows, _SWAPS[:, 1]] = ranks[_SWAPS[:, 1]], ranks[_SWAPS[:, 0]]
        left = np.abs(((tried - own) ** 2).sum(axis=1) - d2) / 10.0
        if overlap is not None:
            left += 2.0 * np.abs((tried[:, first] <= top).sum(axis=1) - overlap)
        short = margin - circle_margin(tried)
        left += np.where(short >= 0, short + 0.1, 0.0)
        if left[-1] == 0:
            return ranks
        # A little noise lets the search leave a hollow.
        ranks = tried[int(np.argmin(left[:-1] + 0.3 * rng.random(len(_SWAPS)) * (left[:-1] > 0)))]
    return None


def _found(own: np.ndarray, ranks: np.ndarray, top: int, restarts: int) -> Counterpart:
    d2 = int(((ranks - own) ** 2).sum())
    return Counterpart(
        codes=tuple(CODES[place] for place in np.argsort(ranks)),
        d2=d2,
        rho=1 - d2 / 165,
        overlap=int(((ranks <= top) & (own <= top)).sum()),
        margin=float(circle_margin(ranks)),
        restarts=restarts,
    )
