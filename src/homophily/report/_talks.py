"""Talks to browse: as many sessions as a page should carry, laid out by the reader's browser when opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from homophily import seeds
from homophily.report import _style as style
from homophily.report._debates import MOST, browsing, line
from homophily.report._transcripts import rated, words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Talks", "talks"]


@dataclass(frozen=True, slots=True)
class Talks:
    """What the page holds of a study's talks.

    Attributes:
        text: What is shown, and where the rest is.
        index: JSON: of each session its name, language, condition and facts, and who speaks.
        lines: A line a session, in the index's order: JSON of its parts, each a title and its turns, each
            the speaker's place among those who speak and the words.
        script: Lays a session out when it is opened; asks no network.
    """

    text: str
    index: str
    lines: str
    script: str


def talks(answers: pd.DataFrame, *, seed: int, fewest: int, most: int = MOST) -> Talks | None:
    """The sessions in which something was said; None where there are no more than `fewest`.

    Args:
        answers: One row an ask, in the order they were played.
        seed: The run's; where there are more words than a page should carry, sessions are drawn with it.
        fewest: Sessions that the page shows anyway.
        most: Characters at most.
    """
    spoken = answers[answers["kind"] == "text"]
    told = spoken["value"].str.len().fillna(0).groupby(spoken["session"], sort=False).sum()
    if len(told) <= fewest:
        return None
    shown = _within(told, seed, most)
    facts = _facts(answers[answers["session"].isin(shown)])
    index, lines = [], []
    for session, rows in spoken[spoken["session"].isin(shown)].groupby("session", sort=False):
        seats = list(dict.fromkeys(rows["seat"]))
        agents = dict(zip(rows["seat"], rows["agent"], strict=True))
        told_of = [str(rows["condition"].iloc[0])] if "condition" in rows else [""]
        names = [agents[seat] or seat for seat in seats]
        index.append([session, rows["language"].iloc[0], *told_of, facts.get(str(session), ""), names])
        lines.append(line(list(_parts(rows, seats))))
    return Talks(
        text=_sentence(len(index), len(told)),
        index=line(index),
        lines="\n".join(lines),
        script=browsing("talks.js"),
    )


def _within(told: pd.Series[Any], seed: int, most: int) -> set[str]:
    """The sessions that fit, in an order drawn with the seed; one at least."""
    names, sizes = told.index.to_numpy(), told.to_numpy()
    if sizes.sum() <= most:
        return set(names)
    order = seeds.generator(seed, "report", "talks").permutation(len(names))
    fitting = int(np.searchsorted(np.cumsum(sizes[order]), most, side="right"))
    return set(names[order[: max(fitting, 1)]])


def _facts(answers: pd.DataFrame) -> dict[str, str]:
    """Each session's mean ratings in words, by session."""
    ratings = rated(answers)
    means = ratings.groupby(["session", "scale"])["turned"].mean().reset_index()
    found: dict[str, list[str]] = {}
    for session, scale, mean in zip(means["session"], means["scale"], means["turned"], strict=True):
        found.setdefault(str(session), []).append(f"{style.label(scale).lower()} {mean:.1f}")
    return {session: " · ".join(told) for session, told in found.items()}


def _parts(rows: pd.DataFrame, seats: list[str]) -> Iterator[list[Any]]:
    """Titles with their turns, in the order they were talked about."""
    found: dict[str, list[list[Any]]] = {}
    for said in rows.itertuples():
        title = style.label(str(said.item).rsplit("/", 1)[-1])
        found.setdefault(title, []).append([seats.index(str(said.seat)), words(said)])
    yield from ([title, turns] for title, turns in found.items())


def _sentence(shown: int, of: int) -> str:
    if shown == of:
        return f"All {of:,} sessions."
    return (
        f"{shown:,} of {of:,} sessions, drawn with the run's seed, since more would make this file slow. "
        "Every session is in the run's store and in its exports."
    )
