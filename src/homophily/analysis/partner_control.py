"""Partner effect control: does similarity matter beyond the values of rater and partner themselves?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pandas as pd

from homophily.analysis._estimators.influence import pearson
from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM, gather, model
from homophily.analysis._rows import estimates, select, spelled
from homophily.values import CODES

__all__ = ["partner_control"]
__references__ = ("bates2015", "kuznetsova2017")


def partner_control(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity",
    values: Literal["target", "measured"] = "target",
    random: Sequence[str] = RANDOM,
    condition: str = "dialogue",
) -> Finding:
    """The similarity slope with the ten values of partner and rater held constant, beside the naive figures.

    Similarity to a partner is partly that partner's own doing: whoever holds common values is like most
    others, so that a rating given for benevolence alone correlates with similarity. With both agents' value
    levels in the model, only the fit between the two is left to similarity. One of ten centred values is
    implied by the others and left out.

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained.
        similarity: The similarity column.
        values: Whether the values controlled for are those assigned or those measured.
        random: Random intercepts.
        condition: Rows of which condition.
    """
    ratings = select(tables, "ratings", ["rater", "partner", "language"], condition=condition)
    between = "_" if values == "target" else "_measured_"
    levels = " + ".join(f"{who}{between}{code}" for who in ("partner", "rater") for code in CODES)
    warnings: list[str] = []

    def estimate(label: Mapping[str, Any]) -> list[dict[str, Any]]:
        outcome = label["outcome"]
        naive = model(ratings, outcome, f"{similarity} * language", random)
        controlled = model(ratings, outcome, f"{similarity} * language + {levels}", random)
        # That one of ten centred values is implied needs no warning.
        warnings.extend(f"{outcome}: {text}" for text in naive.warnings)
        warnings.extend(f"{outcome}, controlled: {text}" for text in controlled.fit.warnings)
        rows = controlled.slopes(similarity, "controlled slope") + naive.slopes(similarity, "naive slope")
        rated = ratings.dropna(subset=[outcome, similarity]) if outcome in ratings else ratings[:0]
        for spoken, part in rated.groupby("language"):
            r = pearson(part[similarity].to_numpy(float), part[outcome].to_numpy(float))[0]
            rows.append(
                {
                    "term": "naive correlation",
                    "language": spoken,
                    "estimate": r,
                    "n": len(part),
                    "method": "Pearson",
                }
            )
        return rows

    table = estimates(
        gather([{"outcome": outcome} for outcome in outcomes], estimate, warnings), "outcome", "language"
    )
    return Finding(
        name="partner_control",
        title="Partner effect control",
        text=_text(table),
        estimates=table,
        warnings=tuple(warnings),
        figure="forest",
    )


def _text(table: pd.DataFrame) -> str:
    parts = []
    for outcome, rows in table.groupby("outcome", sort=False):
        # The mean over languages stands last among the rows of a term.
        controlled, naive = (
            rows[rows["term"] == f"{kind} slope"].tail(1) for kind in ("controlled", "naive")
        )
        if len(controlled):
            parts.append(f"{outcome} {spelled(controlled.iloc[0])}, naive {spelled(naive.iloc[0])}")
    if not parts:
        return "No slope of similarity could be estimated."
    return f"Similarity slope with both agents' own values held constant, 95 % interval: {'; '.join(parts)}."
