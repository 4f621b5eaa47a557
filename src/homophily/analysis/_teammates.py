"""Ratings of agents by people, as the analyses of the Teammates study read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._agreement import counts
from homophily.analysis._estimators.bootstrap import percentile
from homophily.analysis._estimators.interval import Interval, wald
from homophily.analysis._estimators.page import page
from homophily.analysis._rows import row, select
from homophily.errors import DataError

__all__ = [
    "MEAN",
    "OUTCOMES",
    "averaged",
    "by_level",
    "chance",
    "complete",
    "curves",
    "means",
    "ordered",
    "over_people",
    "rated",
    "wide",
]

OUTCOMES = ("trust", "trust_risk", "trust_benevolence", "trust_competence", "trust_reciprocity", "alone")
"""Trust, its four facets, and whether one would send the agent in alone."""

MEAN = "mean, t over people"
_LEAST = 3


def rated(tables: Mapping[str, pd.DataFrame], *needed: str) -> pd.DataFrame:
    """The ratings, one row a person and agent, with the needed columns proved present.

    Raises:
        DataError: The table or a column is missing, someone met two agents of one level, or fewer than three
            people took part.
    """
    ratings = select(tables, "ratings", ["participant", "level", *needed])
    ratings = ratings.astype({name: float for name in needed if ratings[name].dtype == object})
    twice = ratings.duplicated(["participant", "level"])
    if twice.any():
        who = ratings.loc[twice, "participant"].iloc[0]
        raise DataError(f"participant {who!r} met two agents of one level; each level is met once.")
    people = ratings["participant"].nunique()
    if people < _LEAST:
        raise DataError(f"too few people rated agents: {people}, and at least {_LEAST} are needed.")
    return ratings


def by_level(ratings: pd.DataFrame, outcome: str, warnings: list[str]) -> pd.DataFrame:
    """The ratings that have a level and the outcome; those that lack one are told.

    Raises:
        DataError: There is no such outcome.
    """
    if outcome not in ratings:
        raise DataError(f"the ratings have no column {outcome!r}.")
    return complete(ratings, ["level", outcome], warnings)


def complete(ratings: pd.DataFrame, columns: Sequence[str], warnings: list[str]) -> pd.DataFrame:
    """The rows in which nothing needed is missing; says how many are not.

    Raises:
        DataError: Fewer than three people are left.
    """
    kept = ratings.dropna(subset=list(columns))
    lost = len(ratings) - len(kept)
    if lost:
        warnings.append(f"{columns[-1]}: {lost} of {len(ratings)} ratings are missing and left out.")
    people = kept["participant"].nunique()
    if people < _LEAST:
        raise DataError(f"only {people} people have {columns[-1]!r} and all it is set against.")
    return kept.reset_index(drop=True)


def wide(ratings: pd.DataFrame, outcome: str, warnings: list[str]) -> tuple[NDArray[np.float64], list[int]]:
    """An outcome of the people who rated every level, (people, levels), and the levels in order.

    Raises:
        DataError: Fewer than three people rated every level, or there are fewer than three levels.
    """
    table = ratings.pivot(index="participant", columns="level", values=outcome).astype(float)
    levels = [int(level) for level in table.columns]
    kept = table.dropna()
    if len(levels) < 3 or len(kept) < _LEAST:
        raise DataError(
            f"{len(kept)} people have {outcome!r} at each of {len(levels)} levels; at least {_LEAST} people "
            "and 3 levels are needed."
        )
    if len(kept) < len(table):
        lost = len(table) - len(kept)
        warnings.append(
            f"{outcome}: {lost} of {len(table)} people lack a level and are left out of rank tests."
        )
    return kept.to_numpy().round(9), levels  # means of items that tie must tie


def _mean(values: NDArray[np.float64]) -> Interval:
    """The mean of one number a person with its t interval; no p, as nobody doubts that it is above 0."""
    known = values[np.isfinite(values)]
    if known.size < 2:
        return Interval(float(known.mean()) if known.size else np.nan, np.nan, np.nan)
    found = wald(float(known.mean()), float(known.std(ddof=1) / np.sqrt(known.size)), known.size - 1)
    return Interval(found.estimate, found.low, found.high)


def averaged(each: NDArray[np.float64], draws: int, rng: np.random.Generator) -> tuple[Interval, int]:
    """The mean of one number a person with its percentile bootstrap over people, and of how many it is.

    Args:
        each: NaN for a person who has none.
        draws: Resamples.
        rng: Source of chance.
    """
    known = each[np.isfinite(each)]
    if not known.size:
        return Interval(np.nan, np.nan, np.nan), 0
    drawn = counts(known.size, draws, rng) @ known / known.size
    return over_people(float(known.mean()), drawn, known.size), known.size


def over_people(estimate: float, drawn: NDArray[np.float64], people: int) -> Interval:
    """The percentile interval of a bootstrap over people, widened for few of them.

    A bootstrap of n people spreads too little by √((n − 1) / n) and takes their number for infinite. The ends
    are therefore the quantiles that stand where t with n − 1 degrees would (Hesterberg 2015, Am. Stat. 69(4),
    "expanded percentile"), and p is read on the same scale.

    Args:
        estimate: Of the people themselves.
        drawn: Of each resample; NaN where it has none.
        people: How many were drawn each time.
    """
    if people < 2:
        return Interval(estimate, np.nan, np.nan)
    wider = np.sqrt(people / (people - 1))
    ends = stats.norm.cdf(wider * stats.t.ppf([0.025, 0.975], people - 1))
    found = percentile(estimate, drawn, ends=np.asarray(ends))
    p = 2 * float(stats.t.sf(stats.norm.isf(found.p / 2) / wider, people - 1))
    return Interval(found.estimate, found.low, found.high, p)


def means(ratings: pd.DataFrame, outcome: str) -> list[dict[str, Any]]:
    """An outcome's mean over people at each level, with t intervals."""
    return [
        {**row("mean", _mean(part.to_numpy(float)), int(part.notna().sum()), MEAN), "level": level}
        for level, part in ratings.groupby("level")[outcome]
    ]


def ordered(answers: NDArray[np.float64]) -> dict[str, Any]:
    """A row of estimates: Page's test that answers rise over levels, (people, levels)."""
    found = page(answers)
    method = f"Page's test, one-sided, {'exact' if found.exact else 'normal'}"
    return row("Page's L", Interval(found.l, np.nan, np.nan, found.p), len(answers), method)


def chance(p: float) -> str:
    """A p value for a sentence: ``< .001``, ``= .034``."""
    return "< .001" if p < 0.001 else f"= {p:.3f}".replace("0.", ".")


def curves(ratings: pd.DataFrame, table: pd.DataFrame, outcomes: Sequence[str]) -> pd.DataFrame:
    """What the figure ``levels`` draws: every person's answers by level, then the means of a table."""
    present = [name for name in outcomes if name in ratings]
    own = ratings.melt(["participant", "level"], present, "outcome", "estimate")
    middle = table.loc[table["term"] == "mean", ["outcome", "level", "estimate", "low", "high"]]
    columns = ["participant", "outcome", "level", "estimate", "low", "high"]
    parts = [part.reindex(columns=columns) for part in (own.dropna(subset=["estimate"]), middle)]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
