"""Tidy data: one row an ask, with its session's conditions as columns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from homophily.lab.session import Scalar
from homophily.lab.waiting import wait

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.runs import Run

__all__ = ["COLUMNS", "answers", "asked", "chunks", "frame"]

#: The columns of every table of answers, in order; a session's conditions follow them.
COLUMNS = (
    "run",
    "session",
    "seat",
    "path",
    "item",
    "kind",
    "measures",
    "reverse",
    "language",
    "respondent",
    "agent",
    "partner",
    "value",
    "number",
    "missing",
    "raw",
    "model",
    "prompt_tokens",
    "completion_tokens",
    "cost",
    "requests",
    "seconds",
    "cached",
    "time",
)

_TEXTS = ("run", "session", "seat", "path", "item", "kind", "measures", "language", "respondent", "agent")
_DTYPES = {
    **dict.fromkeys((*_TEXTS, "partner", "value", "missing", "raw", "model"), "str"),
    **dict.fromkeys(("reverse", "cached"), "bool"),
    **dict.fromkeys(("prompt_tokens", "completion_tokens", "requests"), "int64"),
    **dict.fromkeys(("number", "cost", "seconds"), "float64"),
}


def answers(run: Run) -> pd.DataFrame:
    """All recorded answers of a run, by session and in the order asked.

    Returns:
        The columns of `COLUMNS`, then one a condition. ``value`` is text for every kind of item, ``number``
        the same as a float where the item has a number; ``time`` is when it was recorded, in UTC.
    """
    return wait(_all(run))


def asked(answers: pd.DataFrame) -> pd.DataFrame:
    """The answers without facts, if any: what somebody was asked, for counts of answers and missing ones."""
    return answers[answers["kind"] != "fact"] if "kind" in answers else answers


def chunks(run: Run, *, size: int = 50_000) -> Iterator[pd.DataFrame]:
    """The same as `answers` in frames of `size` rows, so that memory does not grow with the run."""
    source = _stream(run, size)

    async def following() -> pd.DataFrame | None:
        return await anext(source, None)

    # One loop in a thread of its own, since the caller may already be inside one.
    with ThreadPoolExecutor(1) as thread:
        loop = thread.submit(asyncio.Runner).result()
        try:
            while (part := thread.submit(loop.run, following()).result()) is not None:
                yield part
        finally:
            thread.submit(loop.run, source.aclose()).result()
            thread.submit(loop.close).result()


def frame(rows: Iterable[Mapping[str, Any]], conditions: Mapping[str, Mapping[str, Scalar]]) -> pd.DataFrame:
    """Rows of the store as a table.

    Args:
        rows: As `homophily.records.rows.row` makes them.
        conditions: Each session's conditions.
    """
    import pandas as pd

    rows = list(rows)
    columns: dict[str, list[Any]] = {
        name: [row[name] for row in rows] if name != "number" else [_number(row) for row in rows]
        for name in COLUMNS
    }
    sessions = [row["session"] for row in rows]
    table = pd.DataFrame(columns).astype(_DTYPES)
    time = pd.to_datetime(table["time"].astype("float64"), unit="s", utc=True)
    table["time"] = time.astype("datetime64[us, UTC]")
    for key in dict.fromkeys(key for condition in conditions.values() for key in condition):
        if key not in columns:
            table[key] = [conditions[session].get(key) for session in sessions]
    return table


def _number(row: Mapping[str, Any]) -> float | None:
    value: str | None = row["value"]
    return None if value is None or row["type"] == "str" else float(value)


async def _all(run: Run) -> pd.DataFrame:
    import pandas as pd

    parts = [part async for part in _stream(run, 50_000)]
    return pd.concat(parts, ignore_index=True) if parts else frame((), {})


async def _stream(run: Run, size: int) -> AsyncGenerator[pd.DataFrame]:
    from homophily.records import reader
    from homophily.records.database import connect

    engine = await connect(run.store)
    try:
        async with aclosing(reader.stream(engine, run.name, size=size)) as parts:
            async for rows in parts:
                yield frame(rows, {row["session"]: json.loads(row["condition"]) for row in rows})
    finally:
        await engine.dispose()
