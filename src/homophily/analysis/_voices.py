"""The values that messages voice, as arrays beside the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from homophily.analysis._debates import Debates, debates
from homophily.analysis._rows import select
from homophily.errors import DataError
from homophily.values.taxonomy import taxonomy

__all__ = ["Rule", "Voices", "labelled", "voices"]

Flags = NDArray[np.bool_]
Rule = Literal["majority", "any", "all"]
"""How many of a message's judges must name a value: more than half, one, or each."""

_PLACE = ["session", "round", "position"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Debates with the values of their messages.

    Attributes:
        debates: The debates.
        labels: Whether a message voices a value, (debates, rounds, seats, values).
        judged: Whether any judge read the message, (debates, rounds, seats).
        codes: The values.
        groups: The number of each value's group; a value of no known group has one of its own, (values,).
    """

    debates: Debates
    labels: Flags
    judged: Flags
    codes: tuple[str, ...]
    groups: NDArray[np.int64]


def labelled(tables: Mapping[str, pd.DataFrame], rule: Rule = "majority") -> pd.DataFrame:
    """One row a message and value that its judges agree on: ``session, round, position, value``.

    Judgements that are missing do not count; a message without any other is not here.
    """
    judgements = select(tables, "judgements", [*_PLACE, "judge", "missing"])
    judgements = judgements[judgements["missing"].isna() | (judgements["missing"] == "")]
    judges = judgements.groupby(_PLACE)["judge"].nunique().rename("judges")
    labels = tables["labels"] if "labels" in tables else pd.DataFrame(columns=[*_PLACE, "judge", "value"])
    kept = labels.merge(judgements[[*_PLACE, "judge"]], on=[*_PLACE, "judge"])
    named = kept.groupby([*_PLACE, "value"])["judge"].nunique().rename("named").reset_index()
    named = named.merge(judges.reset_index(), on=_PLACE)
    needed = {"majority": named["judges"] / 2, "any": 0.5, "all": named["judges"] - 0.5}[rule]
    return named.loc[named["named"] > needed, [*_PLACE, "value"]].reset_index(drop=True)


def voices(
    tables: Mapping[str, pd.DataFrame], *, rule: Rule = "majority", names: str = "values-48"
) -> Voices:
    """The values voiced in the debates of a study.

    Args:
        tables: With ``verdicts``, ``judgements`` and ``labels``.
        rule: When several judges agree on a value.
        names: The taxonomy that gives the values' groups.

    Raises:
        DataError: No message was judged.
    """
    found = debates(tables)
    named = labelled(tables, rule)
    judgements = tables["judgements"]
    read = judgements[judgements["missing"].isna() | (judgements["missing"] == "")][_PLACE].drop_duplicates()
    number = pd.Series(np.arange(len(found.frame)), index=found.frame["session"].to_numpy())
    read, named = (part[part["session"].isin(number.index)] for part in (read, named))
    if read.empty:
        raise DataError("no message was judged; name judges in the design, or analyse without values.")
    codes = tuple(sorted(named["value"].unique()))
    judged = np.zeros(found.panel.verdicts.shape, dtype=bool)
    judged[_at(read, number)] = True
    labels = np.zeros((*judged.shape, len(codes)), dtype=bool)
    column = pd.Categorical(named["value"], categories=list(codes)).codes
    labels[(*_at(named, number), column)] = True
    group_of = taxonomy(names).group_of
    groups = pd.factorize(np.array([group_of.get(code, f"own:{code}") for code in codes], dtype=object))[0]
    return Voices(debates=found, labels=labels, judged=judged, codes=codes, groups=groups.astype(int))


def _at(frame: pd.DataFrame, number: pd.Series) -> tuple[NDArray[np.int64], ...]:
    debate = number.loc[frame["session"]].to_numpy(int)
    return debate, frame["round"].to_numpy(int) - 1, frame["position"].to_numpy(int) - 1
