"""Criterion: is a positive effect of similarity found for each outcome in each language?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from homophily.analysis._finding import Finding
from homophily.analysis._models import OUTCOMES, RANDOM
from homophily.analysis._rows import select
from homophily.analysis.partner_control import partner_control

__all__ = ["criterion"]
__references__ = ("bates2015", "kuznetsova2017")


def criterion(
    tables: Mapping[str, pd.DataFrame],
    *,
    outcomes: Sequence[str] = OUTCOMES,
    similarity: str = "similarity",
    random: Sequence[str] = RANDOM,
    condition: str = "dialogue",
) -> Finding:
    """Whether the published pattern is reproduced: slope positive, its 95 % interval above 0, everywhere.

    Judged on the slope controlled for both agents' own values; the naive slope stands beside it. There is no
    target for its size.

    Args:
        tables: With ``ratings``.
        outcomes: Columns to be explained.
        similarity: The similarity column.
        random: Random intercepts.
        condition: Rows of which condition.
    """
    found = partner_control(
        tables, outcomes=outcomes, similarity=similarity, random=random, condition=condition
    )
    languages = sorted(select(tables, "ratings", ["language"], condition=condition)["language"].unique())
    slopes = found.estimates[found.estimates["term"].isin(["controlled slope", "naive slope"])]
    table = slopes[slopes["language"].isin(languages)].copy()
    table["reproduced"] = table["low"] > 0
    wanted = len(outcomes) * len(languages)
    met = {
        term: int(table.loc[table["term"] == term, "reproduced"].sum())
        for term in ("controlled slope", "naive slope")
    }
    whole = met["controlled slope"] == wanted
    return Finding(
        name="criterion",
        title="Criterion",
        text=f"{'Reproduced' if whole else 'Not reproduced'}: a positive similarity slope, its 95 % interval "
        f"above 0, in {met['controlled slope']} of {wanted} combinations of outcome and language with both "
        f"agents' own values held constant (naive: {met['naive slope']} of {wanted}).",
        estimates=table.reset_index(drop=True),
        warnings=found.warnings,
        figure="forest",
    )
