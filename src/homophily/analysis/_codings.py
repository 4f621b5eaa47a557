"""Codings of open answers as arrays: which coder gave which theme to which answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._rows import select
from homophily.analysis._voices import Rule

__all__ = ["Codings", "codings"]

Flags = NDArray[np.bool_]
_NEEDED = ("participant", "level", "path", "coder", "theme")


@dataclass(frozen=True, slots=True, kw_only=True)
class Codings:
    """Who found what.

    Attributes:
        given: Whether a coder gave a theme to an answer, (coders, answers, themes).
        read: Whether a coder read an answer, (coders, answers).
        coders: Names, sorted.
        themes: Ids: the codebook's in its order, then any others.
        person: Number of each answer's participant, (answers,).
        level: Level of each answer's agent, (answers,).
    """

    given: Flags
    read: Flags
    coders: tuple[str, ...]
    themes: tuple[str, ...]
    person: NDArray[np.intp]
    level: NDArray[np.float64]

    def found(self, rule: Rule) -> Flags:
        """Whether the readers of an answer find a theme in it, by a rule, (answers, themes)."""
        named, readers = self.given.sum(axis=0), self.read.sum(axis=0)[:, None]
        needed = {"majority": readers / 2, "any": np.full_like(readers, 0), "all": readers - 0.5}[rule]
        return np.asarray(named > needed)


def codings(tables: Mapping[str, pd.DataFrame], themes: tuple[str, ...]) -> Codings | None:
    """The codings of a study; None where nobody has coded an answer yet.

    Args:
        tables: With ``codings``, one row an answer, coder and theme; an empty theme says that the coder read
            the answer and found none. Codings as a store keeps them, by ``session`` and ``path``, take
            participant and level from ``open_answers``.
        themes: The codebook's.
    """
    if "codings" not in tables or tables["codings"].empty:
        return None
    rows = select(_placed(tables), "codings", _NEEDED)
    rows = rows.drop_duplicates(["participant", "path", "coder", "theme"])
    rows = rows.assign(theme=rows["theme"].fillna("").astype(str), coder=rows["coder"].astype(str))
    unit, keys = pd.factorize(pd.MultiIndex.from_frame(rows[["participant", "path"]]))
    coder, coders = pd.factorize(rows["coder"], sort=True)
    others = sorted(set(rows["theme"]) - {"", *themes})
    every = (*themes, *others)
    given = np.zeros((len(coders), len(keys), len(every)), dtype=bool)
    read = np.zeros(given.shape[:2], dtype=bool)
    read[coder, unit] = True
    named = (rows["theme"] != "").to_numpy()
    given[coder[named], unit[named], [every.index(theme) for theme in rows.loc[named, "theme"]]] = True
    first = rows.groupby(unit).first()
    return Codings(
        given=given,
        read=read,
        coders=tuple(coders),
        themes=every,
        person=np.asarray(pd.factorize(first["participant"])[0], dtype=np.intp),
        level=first["level"].to_numpy(float),
    )


def _placed(tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """The tables, with whose answer was coded, and on which agent, in ``codings``."""
    rows, asked = tables["codings"], tables.get("open_answers")
    if "participant" in rows or asked is None or not {"session", "path"} <= set(rows) & set(asked):
        return tables
    where = asked[["session", "path", "participant", "level"]].drop_duplicates(["session", "path"])
    return {
        **tables,
        "codings": rows.drop(columns="level", errors="ignore").merge(where, on=["session", "path"]),
    }
