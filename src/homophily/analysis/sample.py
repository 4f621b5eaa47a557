"""Sample: who was asked, how often, and what came back on average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, groups, select

__all__ = ["sample"]
__references__ = ("own",)

_COUNTED = {"sessions": "session", "agents": "agent", "respondents": "respondent"}


def sample(
    tables: Mapping[str, pd.DataFrame],
    *,
    described: tuple[str, ...] = ("similarity", "trust", "closeness"),
    people: tuple[str, ...] = (),
) -> Finding:
    """Sessions, agents, respondents and answers per language and condition, with means and spreads.

    Args:
        tables: With ``answers``; and ``ratings`` and ``people``, whose columns are described where present.
        described: Columns of ``ratings`` of which mean, standard deviation and range are given.
        people: Columns of ``people`` of which the same is given, or of words how many have each, by language.
    """
    answers = select(tables, "answers", ["session", "language"])
    rows: list[dict[str, Any]] = []
    for label, part in groups(answers, ("language", "condition")):
        for term, column in _COUNTED.items():
            if column in part.columns:
                rows.append({"term": term, **label, "estimate": part[column].nunique(), "n": len(part)})
        rows.append({"term": "answers", **label, "estimate": len(part), "n": len(part)})
    if "ratings" in tables:
        for label, part in groups(tables["ratings"], ("language", "condition")):
            rows += [{**label, **row} for name in described if name in part for row in _describe(part[name])]
    if people and "people" in tables:
        for label, part in groups(tables["people"], ("language",)):
            rows += [{**label, **row} for name in people if name in part for row in _told(part[name])]
    table = estimates([{"method": row.get("method", "count"), **row} for row in rows])
    who = ", ".join(sorted(answers["respondent"].astype(str).unique())) if "respondent" in answers else ""
    return Finding(
        name="sample",
        title="Sample",
        text=f"{answers['session'].nunique()} sessions in {answers['language'].nunique()} languages, "
        f"{len(answers)} answers{f' by {who}' if who else ''}.",
        estimates=table,
    )


def _told(column: pd.Series[Any]) -> list[dict[str, Any]]:
    """Numbers described, words counted, also how many are missing."""
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _describe(column)
    counts = column.astype(object).where(column.notna(), "missing").astype(str).value_counts().sort_index()
    name = str(column.name)
    return [
        {"term": f"{name}, {word}", "estimate": count, "n": len(column)} for word, count in counts.items()
    ]


def _describe(column: pd.Series[Any]) -> list[dict[str, Any]]:
    known = column.dropna()
    if known.empty:
        return []
    figures = {"mean": known.mean(), "sd": known.std(), "lowest": known.min(), "highest": known.max()}
    return [
        {"term": f"{column.name}, {name}", "estimate": value, "n": len(known), "method": "descriptive"}
        for name, value in figures.items()
    ]
