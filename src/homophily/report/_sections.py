"""What the page says of sample and missing answers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report import numbers, tables

if TYPE_CHECKING:
    import pandas as pd

    from homophily.report._record import Record

__all__ = ["facts", "missing", "missing_counts", "sample"]


def facts(record: Record) -> list[tuple[str, str]]:
    """The run in a row of figures."""
    asked, lost = len(record.answers), int(record.answers["missing"].notna().sum())
    cost = record.answers["cost"].sum(min_count=1)
    tokens = record.answers[["prompt_tokens", "completion_tokens"]].sum().sum()
    rows = [
        ("Sessions", numbers.count(record.finished)),
        ("Agents", numbers.count(_played(record.answers).nunique())),
        ("Answers", numbers.count(asked - lost)),
        ("Missing", f"{numbers.plain(100 * lost / asked if asked else 0, 1)} %"),
    ]
    if tokens:
        rows.append(("Tokens", numbers.count(tokens)))
    if cost == cost and cost:
        rows.append(("Cost", f"${cost:,.2f}"))
    return rows


def sample(record: Record) -> tuple[str, tables.Table]:
    """Who answered: sessions, agents and answers by language, condition and respondent."""
    by = [c for c in ("language", "condition", "respondent", "model") if c in record.answers]
    by = [c for c in by if c in ("language", "respondent") or record.answers[c].nunique(dropna=True) > 1]
    answers = record.answers.assign(agent=_played(record.answers))
    grouped = answers.fillna({"model": ""}).groupby(by, sort=True, dropna=False)
    frame = grouped.agg(
        sessions=("session", "nunique"),
        agents=("agent", "nunique"),
        answers=("missing", lambda column: int(column.isna().sum())),
        missing_=("missing", lambda column: int(column.notna().sum())),
    ).reset_index()
    frame = frame.rename(columns={"missing_": "missing answers"})
    if "language" in frame:
        frame["language"] = frame["language"].map(style.language)
    finished = (
        f"{numbers.count(record.finished)} of {numbers.count(record.planned)} planned sessions were finished."
    )
    return finished, tables.of_frame(frame)


def _played(answers: pd.DataFrame) -> pd.Series[str]:
    """Who was played; nobody where a respondent, such as a judge, speaks for itself."""
    return answers["agent"].where(answers["agent"] != "")


def missing_counts(answers: pd.DataFrame) -> pd.DataFrame:
    """Answers missing by respondent, language and reason, beside how many were asked for."""
    keys = ["respondent", "language"]
    asked = answers.groupby(keys, dropna=False).size().rename("asked")
    lost = answers[answers["missing"].notna()].groupby([*keys, "missing"], dropna=False).size().rename("n")
    return lost.reset_index().merge(asked.reset_index(), on=keys)


def missing(record: Record) -> tuple[str, SimpleNamespace | None, tables.Table | None]:
    """The sentence, the material of the figure, and the table of missing answers."""
    counts = missing_counts(record.answers)
    if counts.empty:
        return f"None: all {numbers.count(len(record.answers))} questions were answered readably.", None, None
    lost, asked = int(counts["n"].sum()), len(record.answers)
    text = (
        f"{numbers.count(lost)} of {numbers.count(asked)} answers "
        f"({numbers.plain(100 * lost / asked, 1)} %) are "
        "missing. A refusal, an empty or an unreadable answer is kept with its reason and its raw "
        "words, and is "
        "never given a default; a scale with too few answers left is missing too."
    )
    shown = counts.assign(
        share=counts["n"] / counts["asked"], language=counts["language"].map(style.language)
    )
    return text, SimpleNamespace(data=counts, estimates=counts), tables.of_frame(shown)
