"""Agreement of two sets of answers to the same asks: the same share, kappa, intraclass correlation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["icc", "kappa", "same"]

Array = NDArray[np.float64]


def same(one: Iterable[object], other: Iterable[object]) -> float:
    """Share of answers that are exactly the same."""
    pairs = list(zip(one, other, strict=True))
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else float("nan")


def kappa(one: Sequence[object], other: Sequence[object]) -> float:
    """Cohen's kappa (1960, Educ. Psychol. Meas. 20) of two codings into any number of categories.

    NaN where both give one and the same category throughout, so that chance alone agrees fully.
    """
    codes = np.unique([str(code) for code in (*one, *other)], return_inverse=True)[1]
    a, b = codes.reshape(2, -1)
    shares = [np.bincount(each, minlength=codes.max() + 1) / a.size for each in (a, b)]
    chance = float(shares[0] @ shares[1])
    return (float(np.mean(a == b)) - chance) / (1 - chance) if chance < 1 - 1e-12 else float("nan")


def icc(scores: Array) -> float:
    """Intraclass correlation for absolute agreement of single scores, two-way random: ICC(2,1).

    Shrout & Fleiss (1979, Psychol. Bull. 86); McGraw & Wong (1996), ICC(A,1).

    Args:
        scores: One row a case, one column a run, (n, k).

    Returns:
        At most 1; NaN where nothing varies or fewer than two cases are given.
    """
    n, k = scores.shape
    if n < 2 or np.ptp(scores) == 0:
        return float("nan")
    mean = float(scores.mean())
    rows = k * float(((scores.mean(axis=1) - mean) ** 2).sum()) / (n - 1)
    columns = n * float(((scores.mean(axis=0) - mean) ** 2).sum()) / (k - 1)
    left = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0) + mean
    error = float((left**2).sum()) / ((n - 1) * (k - 1))
    return float((rows - error) / (rows + (k - 1) * error + k * (columns - error) / n))
