"""Rows that the figures of the Teammates study draw, made up."""

from __future__ import annotations

import numpy as np
import pandas as pd

OUTCOMES = ("trust", "trust_competence", "alone")
DESIGNED = (-1.0, -0.503, 0.0061, 0.503, 1.0)


def _answers(rng: np.random.Generator, outcome: str, people: int = 12) -> pd.DataFrame:
    level = np.tile(np.arange(1, 6), people)
    return pd.DataFrame(
        {
            "participant": np.repeat([f"p{k}" for k in range(people)], 5),
            "outcome": outcome,
            "level": level,
            "designed": np.array(DESIGNED)[level - 1],
            "estimate": 2 + 0.3 * level + rng.normal(0, 0.5, level.size),
        }
    )


def levels(rng: np.random.Generator) -> pd.DataFrame:
    own = pd.concat([_answers(rng, outcome) for outcome in OUTCOMES])
    means = own.groupby(["outcome", "level"], sort=False)["estimate"].mean().reset_index()
    means = means.assign(low=means["estimate"] - 0.2, high=means["estimate"] + 0.2)
    return pd.concat([own, means], ignore_index=True)


def manipulation(rng: np.random.Generator) -> pd.DataFrame:
    own = _answers(rng, "similarity_rated")
    means = own.groupby(["level", "designed"])["estimate"].mean().reset_index()
    return pd.concat([own, means.assign(low=means["estimate"] - 0.2, high=means["estimate"] + 0.2)])


def mediation(rng: np.random.Generator) -> pd.DataFrame:
    terms = ("a", "b", "direct", "indirect", "total")
    rows = [(term, outcome, 0.3, 0.1, 0.5) for outcome in OUTCOMES[:2] for term in terms]
    frame = pd.DataFrame(rows, columns=["term", "outcome", "estimate", "low", "high"])
    return frame.assign(cause="level", by_way_of="similarity_rated")


def themes(rng: np.random.Generator) -> pd.DataFrame:
    names = ("Shared values", "A theme with quite a long name, of someone's own", "Risk & care")
    rows = [(name, level, rng.uniform(0, 0.6), 12, 178) for name in names for level in range(1, 6)]
    return pd.DataFrame(rows, columns=["theme", "level", "estimate", "count", "n"])


def within(rng: np.random.Generator) -> pd.DataFrame:
    parts = []
    for outcome in OUTCOMES:
        rows = _answers(rng, outcome).rename(columns={"estimate": "rating", "level": "similarity"})
        at = rows["similarity"]
        lines = {"own": 2 + 0.3 * at, "within": 2 + 0.3 * at}
        parts.append(rows.assign(**lines, between=np.nan if outcome == "alone" else 3 + 0.1 * at))
    return pd.concat(parts, ignore_index=True)


MADE = {make.__name__: make for make in (levels, manipulation, mediation, themes, within)}
