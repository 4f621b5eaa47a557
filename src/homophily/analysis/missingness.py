"""Missing answers: how many, of whom, to what, and why?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from scipy import stats

from homophily.analysis._finding import Finding
from homophily.analysis._rows import estimates, groups, select

__all__ = ["missingness"]
__references__ = ("own",)


def missingness(tables: Mapping[str, pd.DataFrame]) -> Finding:
    """Share of missing answers per respondent, language and instrument, and the reasons given.

    A missing answer is a refusal, an empty, unreadable, ambiguous, truncated or blocked one, or one off the
    scale; none is replaced by a default. Intervals are Wilson's and take answers as independent.

    Args:
        tables: With ``answers``, one row an ask.
    """
    answers = select(tables, "answers", ["respondent", "language", "item", "missing"])
    instrument = answers["item"].astype(str).str.rsplit("/", n=1).str[0]
    answers = answers.assign(
        instrument=instrument, lost=answers["missing"].notna() & (answers["missing"] != "")
    )
    rows = []
    for label, part in groups(answers, ("respondent", "language", "instrument")):
        lost = int(part["lost"].sum())
        ends = stats.binomtest(lost, len(part)).proportion_ci(method="wilson")
        share = {"estimate": lost / len(part), "low": ends.low, "high": ends.high}
        rows.append({"term": "missing", **label, **share, "n": len(part), "method": "share, Wilson interval"})
    total = int(answers["lost"].sum())
    asked = answers.groupby(["respondent", "language"]).size().rename("asked").reset_index()
    reasons = answers[answers["lost"]].groupby(["respondent", "language", "missing"]).size().rename("n")
    why = answers.loc[answers["lost"], "missing"].value_counts()
    spoken = ", ".join(f"{reason} {count}" for reason, count in why.items())
    return Finding(
        name="missingness",
        title="Missing answers",
        text=f"{total} of {len(answers)} answers are missing ({spoken})."
        if total
        else f"None of {len(answers)} answers is missing.",
        estimates=estimates(rows),
        figure="missingness",
        data=reasons.reset_index().merge(asked, on=["respondent", "language"]),
    )
