"""Carry-over: does an agent's place in the row, or the agent before it, move trust?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from homophily.analysis._estimators.interval import Interval
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._persons import compare, effect, fit
from homophily.analysis._rows import estimates, row, spelled
from homophily.analysis._teammates import complete, rated
from homophily.errors import DataError

__all__ = ["carry_over"]
__references__ = ("bates2015", "kuznetsova2017", "laird1982")

Array = NDArray[np.float64]
_RATIO = "likelihood ratio, χ²"
_VARIANCE = "F, analysis of variance of people's means"


def carry_over(
    tables: Mapping[str, pd.DataFrame], *, outcomes: Sequence[str] = ("similarity_rated", "trust")
) -> Finding:
    """Order effects, each beside the level's own trend, in mixed models varying by person.

    ``position``: change per place in the row, and a likelihood-ratio test of any difference between places.
    ``agent before``: change per level of the agent met just before, from the second place on; a contrast
    effect is negative. ``level × position``: whether the trend over levels changes along the row.
    ``sequence``: whether people given different orders differ in their means (F over people). ``level
    trend``: without, and with, position and the agent before. The design balances all of these, so that they
    add noise, not bias.

    Args:
        tables: With ``ratings``.
        outcomes: Columns checked.
    """
    ratings = rated(tables, "position", "sequence")
    before = ratings.sort_values("position").groupby("participant")[["level", "position"]].shift()
    adjacent = ratings["position"] - before["position"] == 1  # where an agent was skipped, who came before?
    ratings = ratings.assign(before=before["level"].where(adjacent))
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        if outcome not in ratings:
            raise DataError(f"the ratings have no column {outcome!r}.")
        kept = complete(ratings, ["level", "position", outcome], warnings)
        return _outcome(kept, outcome, warnings)

    table = estimates(gather([{"outcome": name} for name in outcomes], estimate, warnings), "outcome")
    return Finding(
        name="carry_over",
        title="Order of the agents",
        text=_text(table),
        estimates=table,
        warnings=tuple(dict.fromkeys(warnings)),
        figure="contrasts",
        data=table.assign(panel=table["outcome"].str.replace("_", " "), line=table["term"]),
    )


def _outcome(kept: pd.DataFrame, outcome: str, warnings: list[str]) -> list[dict[str, Any]]:
    later = kept.dropna(subset=["before"])
    rows = _slopes(kept, outcome, ["level"], {"level": "level trend, unadjusted"}, warnings)
    rows += _slopes(kept, outcome, ["level", "position"], {"position": "position, per place"}, warnings)
    if len(later):
        terms = {"level": "level trend, adjusted", "before": "agent before, per level"}
        rows += _slopes(later, outcome, ["level", "position", "before"], terms, warnings)
    middle = kept[["level", "position"]].mean()
    crossed = kept.assign(both=(kept["level"] - middle["level"]) * (kept["position"] - middle["position"]))
    rows += _slopes(crossed, outcome, ["level", "position", "both"], {"both": "level × position"}, warnings)
    rows += _tests(kept, outcome, warnings)
    return rows


def _centred(kept: pd.DataFrame, columns: Sequence[str]) -> Array:
    parts = [kept[name].to_numpy(float) for name in columns]
    return np.column_stack([np.ones(len(kept)), *(part - part.mean() for part in parts)])


def _slopes(
    kept: pd.DataFrame, outcome: str, columns: list[str], terms: Mapping[str, str], warnings: list[str]
) -> list[dict[str, Any]]:
    x = _centred(kept, columns)
    try:
        fitted, said = fit(kept[outcome].to_numpy(float), x, x[:, :2], kept["participant"].tolist())
    except DataError as error:
        warnings.append(f"{outcome}, {', '.join(terms.values())}: {error}")
        return []
    warnings.extend(f"{outcome}: {text}" for text in said)
    unit = np.eye(x.shape[1])
    return [effect(fitted, name, unit[1 + columns.index(column)]) for column, name in terms.items()]


def _tests(kept: pd.DataFrame, outcome: str, warnings: list[str]) -> list[dict[str, Any]]:
    """Whether places, and whether sequences, differ at all."""
    base, y = _centred(kept, ["level"]), kept[outcome].to_numpy(float)
    places = np.column_stack([base, pd.get_dummies(kept["position"], drop_first=True).to_numpy(float)])
    rows = []
    try:
        chi2, df, p = compare(y, places, base, base[:, :1], kept["participant"].tolist(), "intercepts")
        rows.append({**row("any position", Interval(chi2, np.nan, np.nan, p), len(kept), _RATIO), "df": df})
    except DataError as error:
        warnings.append(f"{outcome}, any position: {error}")
    return rows + _sequences(kept, outcome)


def _sequences(kept: pd.DataFrame, outcome: str) -> list[dict[str, Any]]:
    """The analysis of variance of people's means, each rating less the mean of its level, over sequences."""
    rest = kept[outcome] - kept.groupby("level")[outcome].transform("mean")
    people = rest.groupby(kept["participant"]).mean()
    sequence = kept.groupby("participant")["sequence"].first()
    parts = [part.to_numpy(float) for _, part in people.groupby(sequence)]
    within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts)
    if len(parts) < 2 or len(people) <= len(parts) or not within > 1e-12:
        return []
    found = stats.f_oneway(*parts)
    line = row("any sequence", Interval(float(found.statistic), np.nan, np.nan, float(found.pvalue)),
               len(people), _VARIANCE)  # fmt: skip
    return [{**line, "df": len(parts) - 1}]


def _text(table: pd.DataFrame) -> str:
    known = table[table["term"].isin(("position, per place", "agent before, per level"))]
    if known.empty:
        return "No effect of order could be estimated."
    told = "; ".join(
        f"{x['outcome'].replace('_', ' ')}, {x['term']} {spelled(x)}" for _, x in known.iterrows()
    )
    return f"Effects of order beside the level's own: {told}."
