"""Agreement of judges who give each unit a set of labels.

Krippendorff's α = 1 − D_o / D_e (Krippendorff 2018, Content Analysis, chapter 12) with a distance between
sets: MASI (Passonneau 2006) or Jaccard (1912); for one label alone, present or absent, the nominal one.
Units with fewer than two judgements count nothing; units may have any number of judges. Everything is a
function of how often each unit counts, so that a bootstrap over clusters only changes weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Distance", "SetAlpha", "distances", "grouped_jaccard", "jaccard", "members"]

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]
Distance = Literal["masi", "jaccard"]


def jaccard(a: Bools, b: Bools) -> Array:
    """|A ∩ B| / |A ∪ B| row by row, (rows,); 1 where both are empty.

    Args:
        a: Which labels the one judge gave, (rows, labels).
        b: Which the other gave, (rows, labels).
    """
    union = (a | b).sum(axis=1)
    return np.where(union == 0, 1.0, (a & b).sum(axis=1) / np.maximum(union, 1))


def grouped_jaccard(a: Bools, b: Bools, groups: Sequence[int], weight: float) -> Array:
    """Jaccard in which labels of one group match in part, (rows,).

    Equal labels match fully. Of the others, each is matched with at most one label of the same group on the
    other side, for `weight`. With m the sum of matches, the value is m / (|A| + |B| − m): Jaccard itself at
    weight 0, and at 1 the Jaccard of the groups as multisets.

    Args:
        a: Which labels the one judge gave, (rows, labels).
        b: Which the other gave, (rows, labels).
        groups: The number of each label's group, (labels,).
        weight: Worth of a match within a group, 0–1.
    """
    member = np.eye(max(groups) + 1)[np.asarray(groups)]  # (labels, groups)
    both = a & b
    partial = np.minimum((a & ~both) @ member, (b & ~both) @ member).sum(axis=1)
    matched = both.sum(axis=1) + weight * partial
    size = a.sum(axis=1) + b.sum(axis=1)
    return np.where(size == 0, 1.0, matched / np.maximum(size - matched, 1e-300))


def distances(sets: Bools, distance: Distance) -> Array:
    """Distances of all pairs of sets, (sets, sets).

    Jaccard: 1 − |A ∩ B| / |A ∪ B|. MASI: 1 − that ratio × M, where M is 1 for equal sets, 2/3 if one holds
    the other, 1/3 if they overlap and 0 if they do not. Two empty sets are equal.

    Args:
        sets: Which labels each set has, (sets, labels).
        distance: Which of the two.
    """
    held = sets.astype(float)
    both = held @ held.T
    size = held.sum(axis=1)
    union = size[:, None] + size[None, :] - both
    ratio = np.where(union == 0, 1.0, both / np.maximum(union, 1.0))
    if distance == "jaccard":
        return 1 - ratio
    smaller = np.minimum(size[:, None], size[None, :])
    kind = np.where(both == 0, 0.0, np.where(both < smaller, 1 / 3, np.where(both < union, 2 / 3, 1.0)))
    return np.asarray(1 - ratio * np.where(union == 0, 1.0, kind))


class SetAlpha:
    """Krippendorff's alpha of judgements that are sets, for any weights of the units.

    Args:
        sets: Which labels each judgement has, (judgements, labels).
        units: The unit judged, numbered from 0, (judgements,).
        distance: Between sets.
    """

    def __init__(self, sets: Bools, units: NDArray[np.intp], distance: Distance = "masi") -> None:
        count = int(units.max()) + 1 if units.size else 0
        judged = np.bincount(units, minlength=count)
        kept = np.flatnonzero(judged[units] >= 2)
        kinds, which = np.unique(sets[kept], axis=0, return_inverse=True)
        which, of = which.reshape(-1), units[kept]
        self._apart = distances(kinds, distance)
        self._counts = sparse.csr_array((np.ones(len(kept)), (of, which)), shape=(count, len(kinds)))
        one, other = _pairs(of)
        apart = np.bincount(of[one], 2 * self._apart[which[one], which[other]], minlength=count)
        self._within = apart / np.maximum(judged - 1, 1)
        self.units = int((judged >= 2).sum())

    def value(self) -> float:
        """Alpha; NaN where nothing can disagree, or no unit has two judgements."""
        return float(self.values(np.ones((1, self._counts.shape[0])))[0])

    def values(self, times: Array) -> Array:
        """Alpha for each way of counting the units, (ways,).

        Args:
            times: How often each unit counts, (ways, units).
        """
        marginal = (self._counts.T @ times.T).T
        total = marginal.sum(axis=1)
        # The diagonal of the distances is 0, so that pairs of one judgement with itself add nothing.
        expected = ((marginal @ self._apart) * marginal).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            found = 1 - (times @ self._within) * (total - 1) / expected
        return np.where((total >= 2) & (expected > 0), found, np.nan)


def _pairs(of: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """All pairs of judgements of one unit, each once, as places in `of`."""
    order = np.argsort(of, kind="stable")
    ones, others = [np.empty(0, dtype=int)], [np.empty(0, dtype=int)]
    for step in range(1, int(np.bincount(of).max()) if of.size else 0):
        same = np.flatnonzero(of[order[step:]] == of[order[:-step]])
        ones.append(order[same])
        others.append(order[same + step])
    return np.concatenate(ones), np.concatenate(others)


def members(labels: Sequence[Sequence[str]], codes: Sequence[str]) -> Bools:
    """Which of the codes each list has, (lists, codes); others are ignored."""
    place: Mapping[str, int] = {code: i for i, code in enumerate(codes)}
    found = np.zeros((len(labels), len(codes)), dtype=bool)
    for row, given in enumerate(labels):
        for label in given:
            if label in place:
                found[row, place[label]] = True
    return found
