"""Outcomes: how each debate ended, from its verdicts alone."""

from __future__ import annotations

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
    counts = last.dropna(subset=["verdict"]).groupby(["session", "verdict"]).size()
    best = counts.groupby("session").idxmax() if len(counts) else pd.Series(dtype=object)
    top = {session: (key[1], int(counts[key])) for session, key in best.items()}
    found = [
        (*top.get(session, (None, 0)), seats)
        for session, seats in zip(sessions, debates["seats"], strict=True)
    ]
    debates["consensus"] = [n == seats for _, n, seats in found]
    debates["verdict"] = pd.Series([v if n == seats else None for v, n, seats in found], dtype=object)
    debates["majority"] = pd.Series([v if 2 * n > seats else None for v, n, seats in found], dtype=object)
    debates["stopped"] = ["consensus" if agreed else "limit" for agreed in debates["consensus"]]
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


def _seats(experiments: pd.Series[str]) -> pd.Series[int]:
    """Members that the names of experiments tell."""
    return experiments.str.count(r"[+>]").astype(int) + 1
