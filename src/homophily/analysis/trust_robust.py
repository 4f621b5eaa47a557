"""Trust and rated similarity again, with less assumed: correlation within people, ranks, an ordinal model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._estimators.ordinal import cumulative_logit
from homophily.analysis._estimators.repeated import repeated, spearmans
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._teammates import OUTCOMES, averaged, complete, rated
from homophily.errors import DataError

__all__ = ["trust_robust"]
__references__ = ("bakdash2017", "efron1993", "hesterberg2015", "liang1986", "liu2017", "mccullagh1980")

Array = NDArray[np.float64]

_ORDINAL = "cumulative logit (own estimator), sandwich clustered by person, t"
_REPEATED = "repeated-measures correlation, Fisher z"
_RANKS = "mean over people, bootstrap over people, expanded percentile"


def trust_robust(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity_rated",
    draws: int = 2000,
    seed: int = 1,
) -> Finding:
    """Three twins of the within-person slope, each resting on less or on something else.

    *Repeated-measures correlation* (Bakdash & Marusich 2017): one slope for all, as a correlation.
    *Mean Spearman*: each person's own rank correlation, averaged; bootstrap over people. *Log odds of more*:
    a cumulative logit of similarity less the person's mean, with the person's mean beside it; every distinct
    answer is a category of its own, so that only order counts, and errors are clustered by person. Log odds
    are those over all people, thus nearer 0 than a single person's.

    Args:
        tables: With ``ratings``.
        outcomes: Columns set against similarity.
        similarity: The similarity column.
        draws: Bootstrap resamples of people.
        seed: Seed of the resampling.
    """
    ratings = rated(tables, similarity)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        if outcome not in ratings:
            raise DataError(f"the ratings have no column {outcome!r}.")
        kept = complete(ratings, [similarity, outcome], warnings)
        rows, left_out = _alike(kept, similarity, outcome)
        each = spearmans(*_arrays(kept, similarity, outcome))
        found, people = averaged(each, draws, seeds.generator(seed, "trust_robust", outcome))
        if people < each.size:
            left_out.append(
                f"{each.size - people} of {each.size} people have no rank correlation, as they answered "
                "alike throughout or fewer than three times."
            )
        warnings.extend(f"{outcome}: {text}" for text in left_out)
        return [*rows, row("mean Spearman correlation", found, people, _RANKS)]

    table = estimates(gather([{"outcome": name} for name in outcomes], estimate, warnings), "outcome")
    return Finding(
        name="trust_robust",
        title="The same with less assumed",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )


def _arrays(kept: pd.DataFrame, similarity: str, outcome: str) -> tuple[Array, Array, list[object]]:
    return kept[similarity].to_numpy(float), kept[outcome].to_numpy(float), kept["participant"].tolist()


def _alike(kept: pd.DataFrame, similarity: str, outcome: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The two models that give everyone one slope, and what could not be fitted."""
    x, y, person = _arrays(kept, similarity, outcome)
    found, df = repeated(x, y, person)
    rows = [{**row("repeated-measures correlation", found, len(kept), _REPEATED), "df": df}]
    middle = kept.groupby("participant")[similarity].transform("mean").to_numpy(float)
    columns = [x - middle] + ([middle] if np.ptp(middle) > 1e-9 else [])
    try:
        fitted = cumulative_logit(np.column_stack(columns), y, person)
    except DataError as error:
        return rows, [f"ordinal model: {error}"]
    line = row("log odds of more", fitted.interval(0), len(kept), _ORDINAL)
    return [*rows, {**line, "df": fitted.clusters - 1}], []


def _text(table: pd.DataFrame) -> str:
    known = table[table["term"] != "not estimable"]
    if known.empty:
        return "None of the three could be estimated."
    first = known["outcome"].iloc[0]
    told = "; ".join(f"{x['term']} {spelled(x)}" for _, x in known[known["outcome"] == first].iterrows())
    return f"Rated similarity and {first.replace('_', ' ')} within people: {told}."
