"""Which rank similarities can be had at all: Spearman's rho without ties is a ladder, not a line."""

from __future__ import annotations

from dataclasses import dataclass

from homophily.errors import UsageError

__all__ = ["Level", "levels", "nearest"]


@dataclass(frozen=True, slots=True)
class Level:
    """One attainable similarity of two rankings without ties.

    Attributes:
        rho: Spearman's rank correlation.
        d2: Sum of squared rank differences, Σd².
    """

    rho: float
    d2: int


def levels(n: int = 10) -> tuple[Level, ...]:
    """All similarities that two rankings of `n` values can have, from 1 down to −1.

    rho = 1 − 6Σd²/(n³ − n), that is 1 − Σd²/165 for ten values. Σd² is always even, as the differences sum to
    zero; every even number up to (n³ − n)/3 occurs, but for 4 with three values.

    Raises:
        UsageError: Fewer than two values.
    """
    if n < 2:
        raise UsageError(f"{n!r} values cannot be ranked differently: give 2 or more.")
    most = (n**3 - n) // 3
    return tuple(Level(1 - 2 * d2 / most, d2) for d2 in range(0, most + 1, 2) if (n, d2) != (3, 4))


def nearest(rho: float, n: int = 10) -> tuple[Level, ...]:
    """The attainable level or levels nearest a wished rank correlation.

    With ten values 0 lies midway between two (±.0061), and ±.5 cannot be had (nearest ±.5030).

    Raises:
        UsageError: The wish is no correlation, or fewer than two values.
    """
    if not -1 <= rho <= 1:
        raise UsageError(f"rank correlation {rho!r} cannot be had: choose one within −1 to 1.")
    ladder = levels(n)
    least = min(abs(level.rho - rho) for level in ladder)
    return tuple(level for level in ladder if abs(level.rho - rho) < least + 1e-12)
