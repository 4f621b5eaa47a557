"""Every score drawn alone and evenly: no one like people, similarity spread evenly around zero."""

from __future__ import annotations

import numpy as np

from homophily.values.profiles._scale import HIGH, LOW, check_bounds
from homophily.values.theory import CODES

__all__ = ["uniform"]
__references__ = ("own",)


def uniform(n: int, rng: np.random.Generator, *, low: float = LOW, high: float = HIGH) -> np.ndarray:
    """Draw each score independently and uniformly.

    Two random profiles have a Pearson similarity of mean 0 and standard deviation 1/3.

    Args:
        n: How many.
        rng: The source of chance.
        low: Lowest score.
        high: Highest score.

    Returns:
        Raw target scores, (n, 10).

    Raises:
        UsageError: Not 1 ≤ low < high ≤ 6.
    """
    check_bounds(low, high)
    return np.asarray(rng.uniform(low, high, size=(n, len(CODES))))
