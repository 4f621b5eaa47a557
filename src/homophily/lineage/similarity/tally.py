"""Tallies: sums over pairs of weights, which add up exactly and from which every measure follows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

__all__ = ["BINS", "QUANTILES", "SHIFT", "THRESHOLDS", "Tally"]

#: Differences are counted up to each of these (Rafi, Feng & Jeon, arXiv 2207.09539, compare at such scales).
THRESHOLDS = (1e-4, 1e-3, 1e-2)
QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
#: A bin of |Δ| is a float32 without its last 18 bits: 32 bins an octave, 2–3 % wide.
SHIFT = 18
BINS = 1 << (31 - SHIFT)
_MANTISSA = 52


@dataclass(slots=True)
class Tally:
    """Sums over pairs of weights (a, b), Δ = b - a.

    Sums of values leave out pairs of which one is not finite; counts of words leave out none.

    Attributes:
        pairs: Pairs whose values were summed.
        nonfinite: Pairs left out of sums because a or b is NaN or infinite.
        aa: Σ a².
        bb: Σ b².
        ab: Σ a·b.
        dd: Σ Δ².
        within: Pairs with |Δ| up to each of `THRESHOLDS`.
        words: Pairs whose stored words were compared.
        identical: Of these, those equal in every bit.
        sign: Those that agree in the sign bit.
        exponent: Those that agree in the whole exponent.
        mantissa: Those that agree in each bit of the mantissa, the highest first; (52,).
        mantissas: Words that have such a bit; (52,).
        histogram: Pairs by |Δ|, `BINS` bins; of large tensors a sample that stands for all.
    """

    pairs: int = 0
    nonfinite: int = 0
    aa: float = 0.0
    bb: float = 0.0
    ab: float = 0.0
    dd: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * len(THRESHOLDS))
    words: int = 0
    identical: int = 0
    sign: int = 0
    exponent: int = 0
    mantissa: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_MANTISSA, np.int64))
    mantissas: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_MANTISSA, np.int64))
    histogram: NDArray[np.int64] | None = None

    def __iadd__(self, other: Tally) -> Self:
        self.pairs += other.pairs
        self.nonfinite += other.nonfinite
        self.aa += other.aa
        self.bb += other.bb
        self.ab += other.ab
        self.dd += other.dd
        self.within = [one + more for one, more in zip(self.within, other.within, strict=True)]
        self.words += other.words
        self.identical += other.identical
        self.sign += other.sign
        self.exponent += other.exponent
        self.mantissa += other.mantissa
        self.mantissas += other.mantissas
        if other.histogram is not None:
            self.count(other.histogram)
        return self

    @classmethod
    def total(cls, tallies: Iterable[Tally]) -> Tally:
        """The sum of tallies; of none, an empty one."""
        made = cls()
        for tally in tallies:
            made += tally
        return made

    def count(self, histogram: NDArray[np.int64]) -> None:
        """Add counts of |Δ|."""
        if self.histogram is None:
            self.histogram = np.zeros(BINS, np.int64)
        self.histogram += histogram

    @property
    def cosine(self) -> float:
        """Cosine of the two as vectors; NaN where one is all zero.

        Of near twins Σ a·b is taken as (Σ a² + Σ b² - Σ Δ²) / 2: there the errors of the sums cancel, where
        those of a sum of products would swamp 1 - cosine.
        """
        norm = math.sqrt(self.aa) * math.sqrt(self.bb)
        if not norm:
            return math.nan
        if not self.dd:
            return 1.0
        near = self.dd < 0.1 * min(self.aa, self.bb)
        return max(-1.0, min(1.0, ((self.aa + self.bb - self.dd) / 2 if near else self.ab) / norm))

    @property
    def relative_l2(self) -> float:
        """‖b - a‖ / ‖a‖; NaN where a is all zero."""
        return math.sqrt(self.dd / self.aa) if self.aa else math.nan

    def quantile(self, share: float) -> float:
        """|Δ| that a share of the pairs does not exceed, to within a bin (2–3 %); NaN of nothing."""
        if self.histogram is None or not self.histogram.any():
            return math.nan
        below = np.cumsum(self.histogram)
        goal = share * below[-1]
        place = int(np.searchsorted(below, goal, side="left"))
        if place == 0:
            return 0.0
        low, high = (np.array([place, place + 1], np.uint32) << SHIFT).view(np.float32).astype(float)
        before = int(below[place - 1])
        return float(low + (high - low) * (goal - before) / (int(below[place]) - before))

    def measures(self) -> dict[str, Any]:
        """Every measure by name; NaN where there is nothing to measure.

        ``cosine``, ``relative_l2``, ``rms_a``, ``rms_b``, ``rms_delta``; ``within``: shares of |Δ| by
        threshold; ``quantiles`` of |Δ|; ``sign``, ``exponent``, ``identical``: shares of words that agree;
        ``mantissa``: the same for each bit, the highest first; ``weights`` and ``nonfinite``: numbers of
        pairs.
        """
        bits = np.flatnonzero(self.mantissas)
        return {
            "weights": self.pairs + self.nonfinite,
            "nonfinite": self.nonfinite,
            "cosine": self.cosine,
            "relative_l2": self.relative_l2,
            "rms_a": _root(self.aa, self.pairs),
            "rms_b": _root(self.bb, self.pairs),
            "rms_delta": _root(self.dd, self.pairs),
            "within": {
                f"{limit:g}": _share(n, self.pairs) for limit, n in zip(THRESHOLDS, self.within, strict=True)
            },
            "quantiles": {f"{share:g}": self.quantile(share) for share in QUANTILES},
            "sign": _share(self.sign, self.words),
            "exponent": _share(self.exponent, self.words),
            "mantissa": [_share(int(self.mantissa[bit]), int(self.mantissas[bit])) for bit in bits],
            "identical": _share(self.identical, self.words),
        }


def _share(number: int, of: int) -> float:
    return number / of if of else math.nan


def _root(squares: float, number: int) -> float:
    return math.sqrt(squares / number) if number else math.nan
