"""Reliability of the forms: do a form's items tell agents apart, and people?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily import seeds
from homophily.analysis._agreement import counts
from homophily.analysis._estimators.interval import Interval
from homophily.analysis._estimators.reliability import Levels, alpha, levels, omega
from homophily.analysis._finding import Finding
from homophily.analysis._models import gather
from homophily.analysis._rows import estimates, row, select, spelled
from homophily.analysis._teammates import over_people
from homophily.errors import DataError

__all__ = ["reliability"]
__references__ = ("cronbach1951", "efron1993", "geldhof2014", "hesterberg2015", "mcdonald1999")

Array = NDArray[np.float64]
_METHOD = "bootstrap over people, expanded percentile"
_WITHIN, _BETWEEN = "within people", "between people"


def reliability(tables: Mapping[str, pd.DataFrame], *, draws: int = 1000, seed: int = 1) -> Finding:
    """Alpha and omega of every form about agents that has several items, and of each of its facets.

    A person fills in a form once for every agent, so that there are two reliabilities (Geldhof, Preacher &
    Zyphur 2014). *Within people*: how well the form's mean tells one agent from another in one person's eyes,
    which is what slopes within people rest on. *Between people*: how well it tells people apart by their mean
    over agents. Alpha (Cronbach 1951) takes all items to weigh alike; omega (McDonald 1999) lets them load
    differently on one factor and needs three items. Agents who are not rated on every item are left out.
    Covariances between people are estimated by a difference and can point beyond 1, where 1 is reported;
    where no variance is left between people there is nothing to be reliable about.

    Args:
        tables: With ``answers``.
        draws: Bootstrap resamples of people.
        seed: Seed of the resampling.

    Raises:
        DataError: No form about agents has two items or more.
    """
    needed = ["session", "path", "item", "measures", "reverse", "partner", "number"]
    answers = select(tables, "answers", needed)
    asked = answers[answers["partner"].notna() & answers["item"].str.contains("/")]
    scales = dict(_scales(asked[asked["measures"].fillna("") != ""]))
    if not scales:
        raise DataError("no form about agents has two items or more.")
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        rng = seeds.generator(seed, "reliability", label["outcome"])
        return _estimated(scales[label["outcome"]], label["outcome"], draws, rng, warnings)

    table = estimates(
        gather([{"outcome": name} for name in scales], estimate, warnings), "outcome", "variance"
    )
    return Finding(
        name="reliability",
        title="Reliability",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
    )


def _scales(asked: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each scale and facet of two items or more: keyed answers, one row a person and agent."""
    keyed = asked.assign(
        keyed=asked["number"].where(~asked["reverse"].fillna(False).astype(bool), -asked["number"]),
        scale=asked["measures"].str.partition(".")[0],
    )
    for scale, part in keyed.groupby("scale", sort=False):
        facets = part.groupby("measures", sort=False) if part["measures"].nunique() > 1 else ()
        for name, rows in ((scale, part), *facets):
            if rows["item"].nunique() > 1:
                wide = rows.pivot_table("keyed", ["session", "partner"], "item", dropna=False)
                yield str(name), wide.dropna(how="all")


def _estimated(
    wide: pd.DataFrame, name: str, draws: int, rng: np.random.Generator, warnings: list[str]
) -> list[dict[str, Any]]:
    whole = wide.dropna()
    if len(whole) < len(wide):
        warnings.append(
            f"{name}: {len(wide) - len(whole)} of {len(wide)} ratings lack an item and are left out."
        )
    person = whole.index.get_level_values("session").to_numpy()
    people = len(np.unique(person))
    if people < 3:
        raise DataError(f"{people} people filled in the whole form; three are the least.")
    items = whole.to_numpy(float)
    found = levels(items, person)
    drawn = levels(items, person, counts(people, draws, rng).astype(float))
    if not np.diagonal(found.between).min() > 0 or not found.between.sum() > 0:
        warnings.append(f"{name}: no variance is left between people that agents and chance do not explain.")
    measures = {"alpha": alpha} | ({"omega": omega} if items.shape[1] > 2 else {})
    return [
        {**_row(term, measure, found, drawn, level, people), "variance": level, "items": items.shape[1]}
        for term, measure in measures.items()
        for level in (_WITHIN, _BETWEEN)
    ]


def _row(term: str, measure: Any, found: Levels, drawn: Levels, level: str, people: int) -> dict[str, Any]:
    one, many = (each.within if level == _WITHIN else each.between for each in (found, drawn))
    usable = np.isfinite(many).all(axis=(-2, -1))
    resampled = np.full(len(many), np.nan)
    resampled[usable] = measure(many[usable])
    estimate = float(measure(one)) if np.isfinite(one).all() else float("nan")
    spread = over_people(estimate, resampled, people)
    capped = [float(np.minimum(end, 1.0)) for end in (spread.estimate, spread.low, spread.high)]
    return row(term, Interval(*capped), people, _METHOD)


def _text(table: pd.DataFrame) -> str:
    if table.empty:
        return "No reliability could be estimated."
    whole = table[(table["term"] == "alpha") & ~table["outcome"].str.contains(".", regex=False)]
    parts = []
    for level in (_WITHIN, _BETWEEN):
        rows = whole[whole["variance"] == level]
        parts.append(f"{level}: " + "; ".join(f"{r['outcome']} {spelled(r)}" for _, r in rows.iterrows()))
    return f"Cronbach's alpha with 95 % interval, {', and '.join(parts)}."
