"""Manipulation check: do people rate agents as more alike the more alike they were made?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from homophily import seeds
from homophily.analysis._estimators.repeated import spearmans
from homophily.analysis._finding import Finding
from homophily.analysis._persons import trend
from homophily.analysis._rows import estimates, number, row, spelled
from homophily.analysis._teammates import averaged, chance, complete, means, ordered, rated, wide
from homophily.errors import DataError

__all__ = ["manipulation_check"]
__references__ = ("bates2015", "efron1993", "hesterberg2015", "kuznetsova2017", "laird1982", "page1963")

_RATED, _MADE = "similarity_rated", "similarity_designed"


def manipulation_check(tables: Mapping[str, pd.DataFrame], *, draws: int = 2000, seed: int = 1) -> Finding:
    """Rated similarity by designed level.

    Means by level with t intervals over people; the linear trend over levels and, where it was recorded, over
    the attained similarity, in a mixed model whose intercept and slope vary by person; Page's L for the order
    alone, one-sided and exact given ties; each person's Spearman correlation of level and rating, averaged.

    Args:
        tables: With ``ratings``.
        draws: Bootstrap resamples of people for the mean correlation.
        seed: Seed of the resampling.
    """
    ratings = rated(tables, _RATED)
    warnings: list[str] = []
    kept = complete(ratings, ["level", _RATED], warnings)
    rows = means(kept, _RATED)
    for name, by in (("linear trend", "level"), ("trend over attained similarity", _MADE)):
        if by in kept and kept[by].notna().all():
            try:
                found, said = trend(kept, _RATED, by)
                rows.append({**found, "term": name})
                warnings += [text for text in said if text not in warnings]
            except DataError as error:
                warnings.append(f"{name}: {error}")
    try:
        rows.append(ordered(wide(kept, _RATED, warnings)[0]))
    except DataError as error:
        warnings.append(f"Page's test: {error}")
    rows.append(_monotone(kept, draws, seed))
    table = estimates(rows, "level")
    return Finding(
        name="manipulation_check",
        title="Is designed similarity noticed?",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="manipulation",
        data=_points(kept, table),
    )


def _monotone(kept: pd.DataFrame, draws: int, seed: int) -> dict[str, Any]:
    each = spearmans(
        kept["level"].to_numpy(float), kept[_RATED].to_numpy(float), kept["participant"].tolist()
    )
    found, people = averaged(each, draws, seeds.generator(seed, "manipulation_check"))
    return row("mean Spearman", found, people, "bootstrap over people, expanded percentile")


def _points(kept: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Every rating, then the means by level, each at its designed similarity."""
    at = kept.groupby("level")[_MADE].mean() if _MADE in kept else None
    own = kept[["participant", "level"]].assign(estimate=kept[_RATED], designed=kept.get(_MADE, np.nan))
    middle = table.loc[table["term"] == "mean", ["level", "estimate", "low", "high"]]
    middle = middle.assign(designed=middle["level"].map(at) if at is not None else np.nan)
    return pd.concat([own, middle], ignore_index=True)


def _text(table: pd.DataFrame) -> str:
    levels = table.loc[table["term"] == "mean", "estimate"]
    text = (
        f"Mean rated similarity goes from {number(levels.iloc[0])} for the least to "
        f"{number(levels.iloc[-1])} for the most similar agent"
    )
    for _, found in table[table["term"] == "linear trend"].iterrows():
        text += f", {spelled(found)} a level"
    for p in table.loc[table["term"] == "Page's L", "p"]:
        text += f"; Page's test of the order gives p {chance(p)}"
    return text + "."
