"""Circle: do measured values keep the structure that people's values have?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._estimators.bootstrap import bootstrap, clusters
from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, groups, number, select
from homophily.errors import DataError
from homophily.values import CODES
from homophily.values.circle import LIMIT, check

__all__ = ["circle"]
__references__ = ("efron1993", "schwartz1992", "schwartz2012", "torgerson1952")


def circle(tables: Mapping[str, pd.DataFrame], *, draws: int = 300, seed: int = 1) -> Finding:
    """Spearman correlation of circular distance and correlation between values, target beside measured.

    Neighbours on the circle go together and opposites conflict, so that the correlation is strongly negative
    (−.872 in a German sample); a sample passes at −.6 with the four quadrants in order. Replicates are
    averaged first; intervals are bootstrap percentiles over profiles, and lean towards 0 in small samples.

    Args:
        tables: With ``profiles`` or ``agents``.
        draws: Bootstrap resamples.
        seed: Seed of the resampling.
    """
    table, unit = ("profiles", "profile") if "profiles" in tables else ("agents", "agent")
    columns = [f"{kind}_{code}" for kind in ("target", "measured") for code in CODES]
    scores = select(tables, table, [unit, *columns])
    by = [name for name in ("respondent", "design", "language") if name in scores.columns]
    means = scores.groupby([*by, unit], sort=True)[columns].mean().reset_index()
    rows, points, warnings = [], [], []
    for label, cell in groups(means, by):
        group = " · ".join(map(str, label.values()))
        points.append(_points(cell, group))
        for kind in ("target", "measured"):
            block = cell[[f"{kind}_{code}" for code in CODES]].to_numpy(float)
            try:
                rows.append({"term": kind, **label, **_rho(block, draws, seeds.generator(seed, group, kind))})
            except DataError as error:
                warnings.append(f"{group}, {kind}: {error}")
    found = estimates(rows)
    if len(found) and not found.loc[found["term"] == "target", "passes"].astype(bool).any():
        warnings.append(
            f"the target profiles themselves do not show the circle ({int(found['n'].max())} profiles): too "
            "few to judge what was measured."
        )
    return Finding(
        name="circle",
        title="Circle of values",
        text=_text(found),
        estimates=found,
        warnings=tuple(warnings),
        figure="circle",
        data=pd.concat(points, ignore_index=True),
    )


def _rho(block: np.ndarray, draws: int, rng: np.random.Generator) -> dict[str, Any]:
    complete = block[np.isfinite(block).all(axis=1)]
    found = check(complete)
    if not np.isfinite(found.rho):
        raise DataError("a value does not vary between profiles: there is no circle.")

    def statistic(rows: np.ndarray) -> float:
        return check(complete[rows]).rho

    scheme = clusters(np.arange(len(complete)))
    interval = bootstrap(statistic, len(complete), scheme, draws=draws, rng=rng)
    return {
        "passes": found.passes,
        "estimate": found.rho,
        "low": interval.low,
        "high": interval.high,
        "n": found.n,
        "method": "Spearman over 45 pairs of values, bootstrap over profiles",
    }


def _points(cell: pd.DataFrame, group: str) -> pd.DataFrame:
    kinds = {
        kind: cell[[f"{kind}_{code}" for code in CODES]].mean().to_numpy(float)
        for kind in ("target", "measured")
    }
    return pd.DataFrame({"group": group, "value": CODES, **kinds})


def _text(found: pd.DataFrame) -> str:
    measured = found[found["term"] == "measured"]
    if measured.empty:
        return "The circle could not be checked: too few complete profiles, or values that do not vary."
    target = found.loc[found["term"] == "target", "estimate"]
    passed = int(measured["passes"].astype(bool).sum())
    return (
        f"The circle is kept (correlation with distance ≤ {number(LIMIT)}, quadrants in order) in {passed} "
        f"of {len(measured)} groups; correlations from {number(measured['estimate'].min())} to "
        f"{number(measured['estimate'].max())}, of the target profiles themselves "
        f"{number(target.min())} to {number(target.max())}."
    )
