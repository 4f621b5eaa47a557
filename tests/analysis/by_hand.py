"""Debates short enough to be followed by hand, as the tables of the debate study."""

from collections.abc import Sequence

import pandas as pd

LETTERS = {"Y": "YTA", "N": "NTA", "E": "ESH", "A": "NAH", "I": "INFO", "?": None}
PLACE = ["session", "round", "position"]


def debate(
    dilemma: str,
    seats: str,
    rounds: str,
    *,
    protocol: str = "synchronous",
    goal: str = "original",
    language: str = "en",
    replicate: int = 1,
    session: str = "",
) -> pd.DataFrame:
    """The replies of one debate: `seats` as in ``a b``, `rounds` as in ``YN NN``, ``?`` for unreadable."""
    models = seats.split()
    joined = f"sync:{'+'.join(models)}" if protocol == "synchronous" else f"rr:{'>'.join(models)}"
    rows = [
        (turn, place, model, LETTERS[letter])
        for turn, replies in enumerate(rounds.split(), 1)
        for place, (model, letter) in enumerate(zip(models, replies, strict=True), 1)
    ]
    frame = pd.DataFrame(rows, columns=["round", "position", "model", "verdict"])
    session = session or f"{joined}/{goal}/{language}/{dilemma}/{replicate}"
    return frame.assign(
        session=session, debate=f"{dilemma}-{replicate}", experiment=joined, protocol=protocol, goal=goal,
        language=language, dilemma=dilemma, replicate=replicate,
    )  # fmt: skip


def tables(*debates: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {"verdicts": pd.concat(debates, ignore_index=True)}


def voiced(made: dict[str, pd.DataFrame], values: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The tables with one judge's labels: a text of codes a reply, in order; ``-`` where nobody judged."""
    verdicts = made["verdicts"]
    assert len(values) == len(verdicts)
    keys = verdicts.drop(columns="verdict").assign(judge="reader", missing=None, off_list=0)
    judged = keys[[text != "-" for text in values]].assign(n=0)
    labels = keys.assign(value=[text.split() for text in values]).explode("value").dropna(subset=["value"])
    labels = labels[labels["value"] != "-"]
    return {**made, "judgements": judged, "labels": labels.drop(columns=["missing", "off_list"])}


def line(table: pd.DataFrame, **wanted: object) -> pd.Series:
    """The one row that is wanted."""
    for column, value in wanted.items():
        table = table[table[column].isna() if value is None else table[column] == value]
    assert len(table) == 1, table
    return table.iloc[0]
