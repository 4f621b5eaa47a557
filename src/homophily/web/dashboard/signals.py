"""Signals: pages by time, and what in a participant's answers asks for a second look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pages", "signals"]

#: Characters pasted into one answer from which a signal is given.
PASTED = 20
#: Likert answers on one page from which the same answer throughout is a signal.
ALIKE = 6
#: Seconds for each question of a page below which a page of several was hardly read.
HASTY = 1.0


def pages(answers: pd.DataFrame) -> pd.DataFrame:
    """Time per page: one row a page of the study.

    Args:
        answers: As `homophily.web.dashboard.survey.Found.answers`.

    Returns:
        ``page`` (phase and part, without numbers of missions), ``n`` (people who sent it), ``median``,
        ``low`` and ``high`` (quartiles) of seconds from its being shown to its being sent.
    """
    import pandas as pd

    sent = _sent(answers)
    if sent.empty:
        return sent.reindex(columns=["page", "n", "median", "low", "high"])
    grouped = sent.groupby("page", sort=False)["seconds"]
    quartiles = grouped.quantile(pd.Series([0.25, 0.5, 0.75])).unstack()
    quartiles.columns = ["low", "median", "high"]
    order = sent.groupby("page", sort=False)["order"].median()
    found = quartiles.assign(n=grouped.size(), order=order).sort_values("order").reset_index()
    return found[["page", "n", "median", "low", "high"]]


def signals(answers: pd.DataFrame) -> dict[str, list[str]]:
    """What asks for a second look, in words, by session. None of it proves anything.

    Pasted text, pages sent too quickly to be read, the same answer to a whole page of ratings, attention
    checks not met, and answers entered without the page's script, of which nothing was counted.
    """
    found: dict[str, list[str]] = {}
    for session, own in answers.groupby("session", sort=False):
        said = []
        pasted = own[(own["kind"] == "text") & (own["pasted"] >= PASTED)]
        if len(pasted):
            characters = _count(int(pasted["pasted"].sum()), "character")
            said.append(f"pasted into {_count(len(pasted), 'answer')} ({characters})")
        hasty = sum(len(page) > 2 and page["seconds"].max() < HASTY * len(page) for page in _by_page(own))
        if hasty:
            said.append(f"{_count(hasty, 'page')} in under {HASTY:g} s a question")
        alike = sum(_alike(page) for page in _by_page(own))
        if alike:
            said.append(f"one answer throughout on {_count(alike, 'page')}")
        failed = _failed(own)
        if failed:
            said.append(f"{_count(failed, 'attention check')} not met")
        if len(own) and not (own["script"] == True).any():  # noqa: E712 - a column of mixed values
            said.append("no script: nothing was counted")
        if said:
            found[str(session)] = said
    return found


def _failed(own: pd.DataFrame) -> int:
    checks = own[own["measures"].str.startswith("attention.")]
    wanted = checks["measures"].str.removeprefix("attention.").astype(float)
    return int((checks["number"] != wanted).sum())


def _alike(page: pd.DataFrame) -> bool:
    rated = page[(page["kind"] == "likert") & ~page["measures"].str.startswith("attention.")]
    return len(rated) >= ALIKE and rated["number"].nunique(dropna=False) == 1


def _by_page(own: pd.DataFrame) -> list[Any]:
    """One participant's answers, those together that were sent together."""
    return [page for _, page in own.groupby("page", sort=False)]


def _sent(answers: pd.DataFrame) -> pd.DataFrame:
    """One row a page sent: ``session``, ``page``, ``seconds``, ``order``."""
    import pandas as pd

    rows = [
        {
            "session": session,
            "page": _name(str(name)),
            "seconds": float(page["seconds"].max()),
            "order": order,
        }
        for session, own in answers.groupby("session", sort=False)
        for order, (name, page) in enumerate(own.groupby("page", sort=False))
    ]
    return pd.DataFrame(rows, columns=["session", "page", "seconds", "order"])


def _name(path: str) -> str:
    """A page's name over agents and items: its path without numbers."""
    return re.sub(r"[-/]?\d+", "", path) or "page"


def _count(n: int, thing: str) -> str:
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"
