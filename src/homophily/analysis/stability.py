"""Stability: does an agent with the same values answer alike the second time?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._agreement import STATISTICS, counts, summarise, sums
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, groups, number, row, select
from homophily.errors import DataError
from homophily.values import CODES

__all__ = ["stability"]
__references__ = ("efron1993", "kovac2024")

_TERMS = {"spearman": "rank order within profiles", "pearson": "ipsative correlation"}
_ACROSS = {"pearson across profiles": "rank order of agents", "mean absolute error": "mean absolute change"}


def stability(tables: Mapping[str, pd.DataFrame], *, draws: int = 2000, seed: int = 1) -> Finding:
    """Test–retest agreement of measured values between replicates of the same profile.

    Ipsative stability is the correlation of the ten scores of one profile at two sittings; rank-order
    stability that of one value over profiles (Kovač et al. 2024). Every two replicates enter; intervals are
    bootstrap percentiles over profiles.

    Args:
        tables: With ``profiles`` of at least two replicates.
        draws: Bootstrap resamples.
        seed: Seed of the resampling.
    """
    columns = [f"measured_{code}" for code in CODES]
    profiles = select(tables, "profiles", ["profile", "replicate", *columns])
    if profiles["replicate"].nunique() < 2:
        raise DataError("each profile was measured once; set two or more replicates for test and retest.")
    rows = []
    for label, cell in groups(profiles, ("respondent", "design", "language")):
        scores = cell.set_index(["profile", "replicate"])[columns].sort_index()
        gathered = _retests(scores)
        weights = counts(len(gathered), draws, seeds.generator(seed, "stability", *label.values()))
        point, drawn = summarise(gathered.sum(axis=0)), summarise(weights @ gathered)
        for statistic, term in {**_TERMS, **_ACROSS}.items():
            place = STATISTICS.index(statistic)
            finite = drawn[np.isfinite(drawn[:, place]), place]
            low, high = np.quantile(finite, [0.025, 0.975]) if finite.size > draws / 2 else (np.nan, np.nan)
            found = Interval(float(point[place]), float(low), float(high))
            rows.append({**label, **row(term, found, len(gathered), "bootstrap over profiles, percentile")})
    table = estimates(rows)
    steady = table.loc[table["term"] == "ipsative correlation", "estimate"]
    return Finding(
        name="stability",
        title="Stability",
        text=f"The same profile at two sittings: ipsative correlation between {number(steady.min())} and "
        f"{number(steady.max())} over the cells.",
        estimates=table,
        figure="forest",
    )


def _retests(scores: pd.DataFrame) -> np.ndarray:
    """Sums over every two replicates of each profile, (profiles, terms)."""
    each = []
    for _, sittings in scores.groupby(level="profile", sort=True):
        values = sittings.to_numpy(float)
        both = list(combinations(range(len(values)), 2))
        if both:
            one, other = np.array(both).T
            each.append(sums(values[one], values[other]).sum(axis=0))
    if not each:
        raise DataError("no profile was measured twice in the same cell.")
    return np.array(each)
