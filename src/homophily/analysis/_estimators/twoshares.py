"""Two shares compared: of the same cases (McNemar), or of different ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

__all__ = ["Paired", "Unpaired", "mcnemar", "unpaired"]


@dataclass(frozen=True, slots=True)
class Paired:
    """McNemar's test.

    Attributes:
        only_first: Cases of the first alone.
        only_second: Cases of the second alone.
        p: Two-sided, exact; 1 where nothing is discordant.
    """

    only_first: int
    only_second: int
    p: float


@dataclass(frozen=True, slots=True)
class Unpaired:
    """The z test of two independent shares, variance in common; z is below 0 where the second is larger."""

    z: float
    p: float


def mcnemar(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> Paired:
    """Test whether two yes-or-no outcomes of the same cases are equally common (McNemar 1947), exactly.

    Args:
        first: Of each case, (n,).
        second: Of the same cases, (n,).
    """
    only_first, only_second = int((first & ~second).sum()), int((second & ~first).sum())
    discordant = only_first + only_second
    p = float(stats.binomtest(only_first, discordant).pvalue) if discordant else 1.0
    return Paired(only_first, only_second, p)


def unpaired(first: int, of_first: int, second: int, of_second: int) -> Unpaired:
    """Test two counts of independent cases; NaN where no case or every case counts."""
    common = (first + second) / (of_first + of_second)
    se = np.sqrt(common * (1 - common) * (1 / of_first + 1 / of_second))
    if se == 0:
        return Unpaired(float("nan"), float("nan"))
    z = float((first / of_first - second / of_second) / se)
    return Unpaired(z, float(2 * stats.norm.sf(abs(z))))
