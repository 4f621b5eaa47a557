"""Language difference: do slope and level differ between languages?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM, gather, model
from homophily.analysis._rows import estimates, select, spelled
from homophily.errors import DataError

__all__ = ["language"]
__references__ = ("bates2015", "kuznetsova2017")


def language(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity",
    random: Sequence[str] = RANDOM,
    condition: str = "dialogue",
) -> Finding:
    """The difference between languages in the similarity slope, and in the rating at mean similarity.

    Contrasts of one mixed model over all languages, so that the agents' and pairs' presence in several
    languages counts.

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained.
        similarity: The similarity column.
        random: Random intercepts.
        condition: Rows of which condition.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "language"], condition=condition)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        fitted = model(ratings, label["outcome"], f"{similarity} * language", random)
        warnings.extend(f"{label['outcome']}: {text}" for text in fitted.warnings)
        levels = fitted.matrix.levels["language"]
        if len(levels) < 2:
            raise DataError("there is one language only: set a second one in `languages` to compare.")
        rows = []
        for first, second in combinations(levels, 2):
            slope = fitted.matrix.slope(similarity, language=second)
            slope = slope - fitted.matrix.slope(similarity, language=first)
            level = _level(fitted.matrix.names, levels, second) - _level(fitted.matrix.names, levels, first)
            contrast = f"{second} − {first}"
            rows.append({**fitted.row("slope difference", slope), "contrast": contrast})
            rows.append({**fitted.row("level difference", level), "contrast": contrast})
        return rows

    table = estimates(
        gather([{"outcome": outcome} for outcome in outcomes], estimate, warnings), "outcome", "contrast"
    )
    return Finding(
        name="language",
        title="Language difference",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )


def _level(names: Sequence[str], levels: Sequence[str], language: str) -> np.ndarray:
    """Weights of the sum-coded columns that give a language's deviation from the mean over languages."""
    return np.array(
        [
            1.0 * (name == f"language[{language}]")
            - 1.0 * (language == levels[-1] and name.startswith("language["))
            for name in names
        ]
    )


def _text(table: pd.DataFrame) -> str:
    rows = table[table["term"] == "slope difference"]
    if rows.empty:
        return "No difference between languages could be estimated."
    parts = [f"{row['outcome']}, {row['contrast']}: {spelled(row)}" for _, row in rows.iterrows()]
    return f"Difference of the similarity slope between languages, 95 % interval: {'; '.join(parts)}."
