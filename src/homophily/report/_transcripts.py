"""Transcripts: a sample of sessions, in the words that were said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from homophily import instruments, seeds
from homophily.errors import UsageError
from homophily.report import _style as style

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_TALKS", "Part", "Talk", "Turn", "rated", "sample", "words"]

#: Sessions of a sample.
MOST_TALKS = 8

_MOST_TURNS = 60
_LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance, or one question with its answer."""

    who: str
    text: str
    second: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a session: one topic, or one questionnaire."""

    title: str
    turns: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One session of the sample."""

    title: str
    facts: str
    language: str
    parts: tuple[Part, ...]


def sample(answers: pd.DataFrame, *, seed: int, most: int = MOST_TALKS) -> list[Talk]:
    """Sessions drawn at random, the same number from each language and condition.

    Sessions with free text are preferred; where a study has none, its questions stand with their answers.

    Args:
        answers: One row an ask, in the order they were played.
        seed: The run's seed: the same run shows the same sample.
        most: The most sessions shown.
    """
    if answers.empty:
        return []
    spoken = answers[answers["kind"] == "text"]
    pool = spoken if len(spoken) else answers
    strata = [c for c in ("language", "condition") if c in pool]
    firsts = pool.drop_duplicates("session")
    groups = list(firsts.groupby(strata, dropna=False)) if strata else [((), firsts)]
    each = max(1, most // len(groups))
    rng = seeds.generator(seed, "report", "transcripts")
    chosen: list[str] = []
    for _, rows in groups:
        names = rows["session"].astype(str).tolist()
        chosen += [names[i] for i in sorted(rng.permutation(len(names))[:each])]
    few = answers[answers["session"].isin(chosen[:most])]
    return [_talk(name, few[few["session"] == name]) for name in chosen[:most]]


def _talk(name: str, rows: pd.DataFrame) -> Talk:
    language = str(rows["language"].iloc[0])
    facts = [style.LANGUAGES.get(language, language)]
    if "condition" in rows:
        facts.append(str(rows["condition"].iloc[0]))
    for scale, mean in rated(rows).groupby("scale")["turned"].mean().items():
        facts.append(f"{style.label(scale).lower()} {mean:.1f}")
    return Talk(name, " · ".join(facts), language, tuple(_parts(rows)))


def rated(rows: pd.DataFrame) -> pd.DataFrame:
    """The ratings of trust and closeness, with their ``scale``, and ``turned`` where the item is reverse."""
    ratings = rows[
        rows["number"].notna() & rows["measures"].astype(str).str.match(r"trust|closeness|circles")
    ]
    return ratings.assign(scale=ratings["measures"].str.split(".").str[0], turned=_turned(ratings))


def _turned(rows: pd.DataFrame) -> pd.Series:
    """Ratings with reverse items turned."""
    reverse = rows["reverse"].fillna(False).astype(bool)
    ends = rows["item"].astype(str).str.split("/").str[0].map(_ends).astype(float)
    return rows["number"].where(~reverse, ends - rows["number"])


@cache
def _ends(instrument: str) -> float:
    """Lowest and highest answer of a shipped instrument together; of any other, those of seven points."""
    try:
        scale = instruments.load(instrument).scale
    except UsageError:
        return 8.0
    return scale.low + scale.high if scale else 8.0


def _parts(rows: pd.DataFrame) -> Iterator[Part]:
    seats = list(dict.fromkeys(rows["seat"].astype(str)))
    spoken = rows[rows["kind"] == "text"]
    if len(spoken):
        for item, said in spoken.groupby("item", sort=False):
            turns = [
                Turn(str(r.agent or r.seat), words(r), seats.index(str(r.seat)) > 0)
                for r in said.head(_MOST_TURNS).itertuples()
            ]
            yield Part(style.label(str(item).rsplit("/", 1)[-1]), tuple(turns))
        return
    for instrument, asked in rows.groupby(rows["item"].astype(str).str.split("/").str[0], sort=False):
        turns = [Turn(str(r.item), words(r), False) for r in asked.head(_MOST_TURNS).itertuples()]
        yield Part(style.label(instrument), tuple(turns))


def words(row: object) -> str:
    """What a row of answers says, or why it says nothing."""
    missing = getattr(row, "missing", None)
    if isinstance(missing, str) and missing:
        return f"(missing: {missing}) {getattr(row, 'raw', '') or ''}".strip()[:_LONGEST]
    return str(getattr(row, "value", ""))[:_LONGEST]
