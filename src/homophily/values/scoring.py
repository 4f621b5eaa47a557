"""Scoring: from answers to value scores, by a key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from homophily.errors import DataError
from homophily.values.keys import Key

__all__ = ["Scores", "score_items"]

_POINTS = range(1, 7)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scores:
    """Value scores of many people.

    Attributes:
        raw: Mean of each value's items, (people, values), in the key's order; NaN where none was answered
            and for excluded people.
        mrat: Mean of all items answered, (people,), whatever value they measure.
        missing: Unanswered items, (people,).
        identical: The most answers alike, (people,).
        excluded: Why a person is left out, (people,) of str; empty for those who stay.
    """

    raw: np.ndarray
    mrat: np.ndarray
    missing: np.ndarray
    identical: np.ndarray
    excluded: np.ndarray

    @property
    def centred(self) -> np.ndarray:
        """Raw less MRAT, (people, values); never divided by the person's spread."""
        return np.asarray(self.raw - self.mrat[:, None])


def score_items(
    answers: ArrayLike, key: Key, *, max_missing: int | None = None, max_identical: int | None = None
) -> Scores:
    """Score answers to a whole questionnaire (Schwartz's instructions).

    Args:
        answers: Scale points 1–6 as coded, (people, items), in the questionnaire's order; NaN where missing.
        key: Which item measures which value; an ESS key turns the codes first (7 − x).
        max_missing: A person with more unanswered items is excluded; the key's limit by default.
        max_identical: A person with more identical answers is excluded; the key's limit by default.

    Raises:
        DataError: Not as many columns as items, or an answer that is no scale point.
    """
    points = np.asarray(answers, dtype=float)
    if points.ndim != 2 or points.shape[1] != key.size:
        raise DataError(f"answers of shape {points.shape} do not fit {key.title}: give (people, {key.size}).")
    wrong = np.argwhere(~(np.isnan(points) | np.isin(points, _POINTS)))
    if len(wrong):
        row, item = wrong[0]
        raise DataError(f"row {row + 1}, item {item + 1}: {points[row, item]:g} is none of the points 1–6.")
    if key.turned:
        points = 7 - points
    missing = np.isnan(points).sum(axis=1)
    identical = np.max([(points == point).sum(axis=1) for point in _POINTS], axis=0, initial=0)
    excluded = _excluded(
        missing,
        identical,
        key.size,
        key.max_missing if max_missing is None else max_missing,
        key.max_identical if max_identical is None else max_identical,
    )
    kept = np.where(excluded[:, None] == "", points, np.nan)
    columns = [np.array(items) - 1 for items in key.items.values()]
    return Scores(
        raw=np.column_stack([_mean(kept[:, items]) for items in columns]),
        mrat=_mean(kept),
        missing=missing,
        identical=identical,
        excluded=excluded,
    )


def _excluded(
    missing: np.ndarray, identical: np.ndarray, size: int, max_missing: int, max_identical: int
) -> np.ndarray:
    reasons = [
        "; ".join(
            [f"{m} of {size} answers missing, more than {max_missing}"] * bool(m > max_missing)
            + [f"{i} answers identical, more than {max_identical}"] * bool(i > max_identical)
        )
        for m, i in zip(missing.tolist(), identical.tolist(), strict=True)
    ]
    return np.array(reasons, dtype=object)


def _mean(points: np.ndarray) -> np.ndarray:
    """Row means of the answered items; NaN where none was."""
    answered = (~np.isnan(points)).sum(axis=1)
    return np.asarray(
        np.divide(np.nansum(points, axis=1), answered, out=np.full(len(points), np.nan), where=answered > 0)
    )
