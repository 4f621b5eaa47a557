"""Coding: a run's open answers beside the themes that people found in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from homophily.lab.waiting import wait

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.runs import Run

__all__ = ["joined", "with_codings"]


def with_codings(run: Run, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """A study's tables, with ``codings`` beside them where people have coded its ``open_answers``.

    Args:
        run: Whose store holds the codings.
        tables: As the study makes them.
    """
    answers = tables.get("open_answers")
    if answers is None or not {"session", "path"} <= set(answers.columns):
        return dict(tables)
    rows = wait(_coded(run))
    return dict(tables) | ({"codings": joined(answers, rows)} if rows else {})


def joined(answers: pd.DataFrame, rows: list[dict[str, str]]) -> pd.DataFrame:
    """One row a theme that a coder gave to an answer, with what is known of the answer but its text."""
    import pandas as pd

    codings = pd.DataFrame(rows, columns=["session", "seat", "path", "coder", "theme"]).drop(columns="seat")
    kept = answers.drop(columns=["text", "missing"], errors="ignore")
    return kept.merge(codings, on=["session", "path"], how="inner")


async def _coded(run: Run) -> list[dict[str, str]]:
    from homophily.records.codings import coded
    from homophily.records.database import connect

    engine = await connect(run.store)
    try:
        return await coded(engine, run.store, run.name)
    finally:
        await engine.dispose()
