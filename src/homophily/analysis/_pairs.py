"""Directed ratings brought together: one row a session."""

from __future__ import annotations

import pandas as pd

from homophily.errors import DataError

__all__ = ["together"]


def together(ratings: pd.DataFrame, outcome: str, *columns: str) -> pd.DataFrame:
    """The two directions of each session side by side.

    Args:
        ratings: One row a directed rating.
        outcome: The column rated.
        *columns: What the two directions have in common, such as the similarity.

    Returns:
        ``first`` and ``second`` (the members), ``forth`` and ``back`` (first's rating of second, second's of
        first), ``mean`` of both, ``language``, and the columns. Sessions that lack a direction are left out.

    Raises:
        DataError: The outcome was not rated in this design.
    """
    if outcome not in ratings:
        raise DataError(f"{outcome} was not rated.")
    complete = ratings.dropna(subset=[outcome, *columns])
    by_session = complete.groupby("session", sort=True)
    both = complete[by_session["rater"].transform("size") == 2].sort_values(["session", "rater"])
    one, other = both.iloc[::2].reset_index(drop=True), both.iloc[1::2].reset_index(drop=True)
    pairs = one[["session", "language", *columns]].copy()
    pairs["first"], pairs["second"] = one["rater"], other["rater"]
    pairs["forth"], pairs["back"] = one[outcome].astype(float), other[outcome].astype(float)
    pairs["mean"] = (pairs["forth"] + pairs["back"]) / 2
    return pairs
