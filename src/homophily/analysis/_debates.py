"""The tables of the debate study as arrays that all its analyses share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._estimators.panel import NEVER, UNREADABLE, Panel
from homophily.analysis._rows import select
from homophily.dilemmas.verdict import VERDICTS
from homophily.errors import DataError

__all__ = ["CELL", "By", "Debates", "debates", "others"]

#: What sets one cell of debates apart from another.
CELL = ("experiment", "goal")
By = Literal["language"] | None
"""What else is reported apart. ``None``: a study's languages are taken together, and what happens on one
dilemma, in whichever language, is one cluster."""
_KEYS = ["session", "debate", "experiment", "protocol", "goal", "language", "dilemma", "replicate"]
_SIMULTANEOUS = "synchronous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Debates:
    """Debates, one entry each in all of its parts.

    Attributes:
        panel: Their verdicts as numbers.
        frame: Their keys, ``rounds`` (the most that were allowed) and what else the table ``debates`` has.
        models: Names of the panel's models.
        dilemmas: Names of its dilemmas.
        protocols: Names of its protocols.
    """

    panel: Panel
    frame: pd.DataFrame
    models: tuple[str, ...]
    dilemmas: tuple[str, ...]
    protocols: tuple[str, ...]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Debates:
        """The chosen debates alone; models and dilemmas keep their numbers."""
        return Debates(
            panel=self.panel.take(chosen),
            frame=self.frame[chosen] if chosen.dtype == bool else self.frame.iloc[chosen],
            models=self.models,
            dilemmas=self.dilemmas,
            protocols=self.protocols,
        )

    def cells(self, keys: Sequence[str] = CELL, by: By = None) -> Iterator[tuple[dict[str, Any], Debates]]:
        """Each combination of keys with its debates, in the order of the tables.

        Raises:
            DataError: `by` is neither ``None`` nor ``language``.
        """
        if by not in (None, "language"):
            raise DataError(f"debates can be reported apart by 'language', not by {by!r}.")
        keys = [*keys, *([by] if by else [])]
        places = self.frame.reset_index(drop=True).groupby(keys, sort=False, dropna=False).indices
        for key, rows in places.items():
            values = key if isinstance(key, tuple) else (key,)
            yield dict(zip(keys, values, strict=True)), self.take(np.sort(rows))

    def agents(self) -> Iterator[tuple[dict[str, Any], NDArray[np.bool_], int]]:
        """Each model and position: its label, the debates in which it sits there, and the seat's number."""
        for seat in range(self.panel.models.shape[1]):
            for model in np.unique(self.panel.models[:, seat]):
                if model >= 0:
                    label = {"model": self.models[model], "position": seat + 1}
                    yield label, self.panel.models[:, seat] == model, seat


def debates(tables: Mapping[str, pd.DataFrame], *, solo: bool = False) -> Debates:
    """The debates of a study.

    Args:
        tables: With ``verdicts``, one row a reply; ``debates`` adds round limits and human votes.
        solo: Whether answers given alone are kept.

    Raises:
        DataError: A table, a column or every debate is missing, or two replies claim one place.
    """
    needed = [*_KEYS, "round", "position", "model", "verdict"]
    verdicts = select(tables, "verdicts", needed)
    if not solo:
        verdicts = verdicts[verdicts["protocol"] != "solo"]
    if verdicts.empty:
        raise DataError("no debate of two or more agents was played.")
    code, frame = _keys(verdicts)
    frame = _described(frame, tables.get("debates"), verdicts, code)
    place = (code, verdicts["round"].to_numpy(int) - 1, verdicts["position"].to_numpy(int) - 1)
    _check(verdicts, place)
    said = pd.Categorical(verdicts["verdict"], categories=list(VERDICTS)).codes
    shape = [len(frame), *(int(part.max()) + 1 for part in place[1:])]
    numbers = np.full(shape, NEVER)
    numbers[place] = np.where(said < 0, UNREADABLE, said)
    seated, names = pd.factorize(verdicts["model"].astype(str), sort=True)
    models = np.full((shape[0], shape[2]), -1)
    models[place[0], place[2]] = seated
    dilemma, dilemmas = pd.factorize(frame["dilemma"].astype(str), sort=True)
    protocol, protocols = pd.factorize(frame["protocol"].astype(str), sort=True)
    panel = Panel(
        verdicts=numbers,
        models=models,
        dilemma=dilemma.astype(int),
        protocol=protocol.astype(int),
        simultaneous=(frame["protocol"] == _SIMULTANEOUS).to_numpy(),
        kinds=len(VERDICTS),
    )
    return Debates(
        panel=panel,
        frame=frame,
        models=tuple(names),
        dilemmas=tuple(dilemmas),
        protocols=tuple(protocols),
    )


def others(found: Debates, seat: int) -> str:
    """The models that sit beside a seat, in speaking order, as in the first of the debates."""
    who = [found.models[m] for place, m in enumerate(found.panel.models[0]) if m >= 0 and place != seat]
    return ", ".join(who)


def _keys(verdicts: pd.DataFrame) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """The number of each reply's debate, and the debates' keys."""
    code = verdicts.groupby(_KEYS, sort=False, dropna=False).ngroup().to_numpy().astype(np.intp)
    first = verdicts.assign(_code=code).drop_duplicates("_code")
    return code, first[_KEYS].reset_index(drop=True)


def _described(
    frame: pd.DataFrame, told: pd.DataFrame | None, verdicts: pd.DataFrame, code: NDArray[np.intp]
) -> pd.DataFrame:
    most = verdicts["round"].groupby(code).max().to_numpy(int)
    if told is None:
        return frame.assign(rounds=most.max())
    extra = [name for name in told if name not in _KEYS and name != "rounds"]
    frame = frame.merge(told[["session", *extra]].drop_duplicates("session"), on="session", how="left")
    limit = frame["max_rounds"] if "max_rounds" in frame else pd.Series(most.max(), index=frame.index)
    return frame.assign(rounds=np.maximum(limit.fillna(most.max()).to_numpy(int), most))


def _check(verdicts: pd.DataFrame, place: tuple[NDArray[np.intp], ...]) -> None:
    unknown = sorted(set(verdicts["verdict"].dropna()) - set(VERDICTS))
    if unknown:
        raise DataError(f"{unknown[0]!r} is no verdict; known are {', '.join(VERDICTS)}.")
    if min(int(part.min()) for part in place[1:]) < 0:
        raise DataError("rounds and positions count from 1.")
    taken = pd.DataFrame(np.column_stack(place)).duplicated().to_numpy()
    if taken.any():
        row = verdicts[taken].iloc[0]
        raise DataError(
            f"session {row['session']!r} has two replies in round {row['round']}, position {row['position']}."
        )
