"""Outcomes: how each debate ended, from its verdicts alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DEBATE", "KEYS", "finished", "outcomes"]

#: What every table of the study says of a debate.
DEBATE = (
    "session",
    "debate",
    "experiment",
    "protocol",
    "goal",
    "language",
    "dilemma",
    "replicate",
)
#: What identifies a message in `verdicts`, `judgements` and `labels`.
KEYS = (*DEBATE, "round", "position", "model")


def outcomes(verdicts: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """One row a debate.

    A consensus is a last round in which every verdict is readable and all are the same; a majority is more
    than half of its agents, whether or not the others can be read.

    Args:
        verdicts: One row a reply: the columns of `DEBATE`, ``round``, ``position``, ``verdict``.
        known: What else is known of each debate, by session: ``max_rounds``, ``invited``, people's verdicts.

    Returns:
        `DEBATE`, ``seats, rounds, max_rounds, consensus, verdict, majority, stopped``, then the rest of
        `known`.
    """
    import pandas as pd

    by = verdicts.groupby("session", sort=False)
    debates = by[list(DEBATE)].first().reset_index(drop=True)
    sessions = debates["session"]
    debates["seats"] = _seats(debates["experiment"]).to_numpy()
    debates["rounds"] = by["round"].max().to_numpy(dtype=int)
    facts = known.reindex(sessions).reset_index(drop=True)
    debates["max_rounds"] = facts["max_rounds"].astype(int)
    last = verdicts[verdicts["round"].to_numpy() == by["round"].transform("max").to_numpy()]
    top = {session: _leading(given) for session, given in last.groupby("session")["verdict"]}
    leads = [(*top[session], seats) for session, seats in zip(sessions, debates["seats"], strict=True)]
    agreed = [votes == seats for _, votes, seats in leads]
    debates["consensus"] = pd.Series(agreed, dtype=bool)
    debates["verdict"] = pd.Series([code if n == k else None for code, n, k in leads], dtype=object)
    debates["majority"] = pd.Series([code if 2 * n > k else None for code, n, k in leads], dtype=object)
    debates["stopped"] = pd.Series(["consensus" if each else "limit" for each in agreed], dtype=str)
    for name in facts.columns.drop("max_rounds"):
        debates[name] = facts[name]
    return debates


def finished(verdicts: pd.DataFrame, limits: pd.Series[int]) -> pd.DataFrame:
    """The replies of debates that are over: whose last round is whole, and either agreed or at the limit.

    Args:
        verdicts: One row a reply.
        limits: The limit of rounds by session.
    """
    if verdicts.empty:
        return verdicts
    by = verdicts.groupby("session", sort=False)
    last = verdicts[verdicts["round"].to_numpy() == by["round"].transform("max").to_numpy()]
    rounds = last.groupby("session", sort=False)
    whole = rounds.size() == _seats(rounds["experiment"].first())
    agreed = (rounds["verdict"].nunique() == 1) & (rounds["verdict"].count() == rounds.size())
    ended = rounds["round"].first() >= limits.reindex(whole.index).astype(int)
    over = whole & (agreed | ended)
    return verdicts[verdicts["session"].map(over)].reset_index(drop=True)


def _leading(given: pd.Series[str]) -> tuple[str | None, int]:
    """The verdict with most votes, and how many."""
    votes = Counter(verdict for verdict in given if isinstance(verdict, str))
    return votes.most_common(1)[0] if votes else (None, 0)


def _seats(experiments: pd.Series[str]) -> pd.Series[int]:
    """Members that the names of experiments tell."""
    return experiments.str.count(r"[+>]").astype(int) + 1
