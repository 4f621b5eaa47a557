"""Labels: the values that judges named, message by message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.items import chosen
from homophily.studies._judging import rejected
from homophily.studies.debate.judging import PHASE, asked
from homophily.studies.debate.outcomes import KEYS

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.debate.design import DebateDesign

__all__ = ["JUDGEMENT_COLUMNS", "LABEL_COLUMNS", "judged"]

JUDGEMENT_COLUMNS = (*KEYS, "judge", "missing", "n", "off_list", "given")
LABEL_COLUMNS = (*KEYS, "judge", "value")


def judged(
    answers: pd.DataFrame, verdicts: pd.DataFrame, design: DebateDesign
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The judgements, one row a message and judge, and the labels, one row a value named.

    Args:
        answers: One row an ask.
        verdicts: One row a reply; judgements of others are left out.
        design: Names list and limit, by which labels beside the list are counted.
    """
    import pandas as pd

    put = answers[answers["path"].str.startswith(f"{PHASE}/")]
    where = put["path"].str.extract(r"round-(?P<round>\d+)/agent-(?P<position>\d+)$").astype(int)
    rows = put[["session", "respondent", "value", "missing", "raw", "language", "dilemma"]].assign(**where)
    rows = rows.rename(columns={"respondent": "judge"})
    keys = verdicts[list(KEYS)]
    found = keys.merge(rows, on=["session", "round", "position", "language", "dilemma"], sort=False)
    labels: list[tuple[str, ...]] = [
        () if value != value or value is None else chosen(value) for value in found["value"]
    ]
    read = found["value"].notna()
    judgements = found[[*KEYS, "judge"]].assign(
        missing=found["missing"].astype(object).where(found["missing"].notna(), None),
        n=pd.Series([len(each) for each in labels], index=found.index, dtype=float).where(read),
        off_list=pd.Series(_rejected(found, design), index=found.index, dtype=float).where(read),
        given=None,
    )
    named = found[[*KEYS, "judge"]].assign(value=pd.Series(labels, index=found.index, dtype=object))
    named = named.explode("value").dropna(subset=["value"])
    return judgements[list(JUDGEMENT_COLUMNS)], named[list(LABEL_COLUMNS)].reset_index(drop=True)


def _rejected(found: pd.DataFrame, design: DebateDesign) -> list[float]:
    """How many labels beside the list each judgement gave, read from its words again."""
    counts: dict[tuple[str, str], float] = {}  # judges often say the same
    rows = []
    for value, raw, language in zip(found["value"], found["raw"], found["language"], strict=True):
        if not (isinstance(value, str) and isinstance(raw, str)):
            rows.append(0.0)
            continue
        if (language, raw) not in counts:
            counts[language, raw] = float(len(rejected(asked(design.judges, language), raw)))
        rows.append(counts[language, raw])
    return rows
