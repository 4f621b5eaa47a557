"""Votes: how people judged a dilemma."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from homophily.dilemmas.verdict import VERDICTS

__all__ = ["Votes"]


@dataclass(frozen=True, slots=True)
class Votes:
    """Verdicts that people gave, in the order of `VERDICTS`.

    Attributes:
        count: How many gave each verdict, (5,), not negative.
        score: The sum of what each verdict's comments were rated by readers, (5,); None where unknown.
    """

    count: tuple[float, ...]
    score: tuple[float, ...] | None = None

    @property
    def total(self) -> float:
        """How many voted."""
        return sum(self.count)

    @property
    def plurality(self) -> str | None:
        """The verdict with most votes; None where two lead or nobody voted."""
        most = max(self.count)
        leading = [verdict for verdict, n in zip(VERDICTS, self.count, strict=True) if n == most]
        return leading[0] if most > 0 and len(leading) == 1 else None

    def by_verdict(self) -> dict[str, float]:
        """The counts by verdict."""
        return dict(zip(VERDICTS, self.count, strict=True))

    @classmethod
    def of(cls, count: Mapping[str, float] | Sequence[float]) -> Votes:
        """Votes from counts by verdict, absent ones being 0, or from five counts in order.

        Raises:
            ValueError: A verdict is unknown, the counts are not five, or one is negative or not finite.
        """
        return cls(_five(count, lowest=0.0))

    def with_score(self, score: Mapping[str, float] | Sequence[float]) -> Votes:
        """The same with scores, which may be negative.

        Raises:
            ValueError: As `of`, but for negative ones.
        """
        return Votes(self.count, _five(score, lowest=float("-inf")))


def _five(numbers: Mapping[str, float] | Sequence[float], lowest: float) -> tuple[float, ...]:
    if isinstance(numbers, Mapping):
        unknown = sorted(set(numbers) - set(VERDICTS))
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no verdict; they are {', '.join(VERDICTS)}")
        numbers = [numbers.get(verdict, 0.0) for verdict in VERDICTS]
    if len(numbers) != len(VERDICTS):
        raise ValueError(f"{len(numbers)} numbers where there are five verdicts: {', '.join(VERDICTS)}")
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise ValueError(f"{number!r} is no number of votes")
        if not (lowest <= number < float("inf")) or number == float("-inf"):
            raise ValueError(f"{number!r} is no number of votes")
    return tuple([float(number) for number in numbers])
