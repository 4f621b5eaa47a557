"""Ranking: on which dilemmas do people disagree most?

The entropy of a dilemma's votes, H = −Σ p_v log2 p_v (Shannon 1948), is 0 bits where all agree and log2 5 =
2.32 where the five verdicts are given equally often. From few votes it comes out too low; two corrections
are offered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from homophily.dilemmas.votes import Votes

__all__ = ["Correction", "Ranked", "Weight", "entropy", "rank_by_entropy"]
__references__ = ("miller1955", "shannon1948")

Weight = Literal["count", "score"]
"""What a verdict weighs: the number of votes, or the sum of the ratings of the comments that gave it."""

Correction = Literal["none", "miller-madow", "laplace"]
"""For few votes: none; Miller & Madow's (1955) term (K − 1)/2n for the K verdicts seen; or one vote added to
each of the five (Laplace)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking.

    Attributes:
        place: Index of the dilemma in what was ranked.
        entropy: Bits, from 0; up to 2.32, or beyond with the Miller–Madow term.
        total: How many voted.
    """

    place: int
    entropy: float
    total: float


def entropy(numbers: Sequence[float], *, correction: Correction = "none") -> float:
    """Shannon entropy of votes, in bits.

    Args:
        numbers: Votes by verdict, or what they weigh; negative weights count as 0.
        correction: For few votes.

    Returns:
        NaN where nothing weighs anything.
    """
    weights = [max(float(number), 0.0) for number in numbers]
    if correction == "laplace":
        weights = [weight + 1 for weight in weights]
    total = math.fsum(weights)
    if total <= 0:
        return math.nan
    shares = [weight / total for weight in weights if weight > 0]
    bits = -math.fsum(share * math.log2(share) for share in shares) + 0.0
    if correction == "miller-madow":
        bits += (len(shares) - 1) / (2 * total * math.log(2))
    return bits


def rank_by_entropy(
    votes: Sequence[Votes | None],
    *,
    weight: Weight = "count",
    min_votes: float = 1,
    correction: Correction = "none",
) -> list[Ranked]:
    """Dilemmas by the entropy of their votes, highest first; equal ones stay in the order given.

    Which entropy the published selection used is not stated; counts of verdicts are our reading.

    Args:
        votes: A dilemma's votes each; None where there are none.
        weight: What a verdict weighs. By score, verdicts whose comments sum to less than 0 weigh nothing.
        min_votes: Dilemmas with fewer votes are left out.
        correction: For few votes; with scores as weights, only ``none`` and ``laplace`` mean anything.

    Returns:
        Only dilemmas whose entropy can be told.
    """
    found = []
    for place, given in enumerate(votes):
        weights = None if given is None else given.count if weight == "count" else given.score
        if given is None or weights is None or given.total < min_votes or given.total <= 0:
            continue
        bits = entropy(weights, correction=correction)
        if not math.isnan(bits):
            found.append(Ranked(place, bits, given.total))
    return sorted(found, key=lambda ranked: (-ranked.entropy, ranked.place))
