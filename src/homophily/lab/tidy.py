"""Tidy data: one row an ask, with its session's conditions as columns."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Iterable, Iterator, Mapping, Sequence
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
    **dict.fromkeys(("number", "cost", "seconds", "time"), "float64"),
}
#: What is read of the store for them.
_READ = (*(name for name in COLUMNS if name != "number"), "type")
_SHARED = {name for name in _READ if _DTYPES.get(name, "str") == "str"}
_MOST_SHARED = 100_000


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
    rows = list(rows)
    return _table({name: [row[name] for row in rows] for name in _READ}, conditions)


def _table(
    columns: Mapping[str, Sequence[Any]], conditions: Mapping[str, Mapping[str, Scalar]]
) -> pd.DataFrame:
    """Columns of the store, `_READ`, as a table."""
    import pandas as pd

    held = {**columns, "number": [*map(_number, columns["value"], columns["type"])]}
    table = pd.DataFrame({name: pd.Series(held[name], dtype=_DTYPES[name]) for name in COLUMNS})
    time = pd.to_datetime(table["time"], unit="s", utc=True)
    table["time"] = time.astype("datetime64[us, UTC]")
    for key in dict.fromkeys(key for condition in conditions.values() for key in condition):
        if key not in held:
            table[key] = [conditions[session].get(key) for session in columns["session"]]
    return table


def _number(value: str | None, kind: str | None) -> float | None:
    return None if value is None or kind == "str" else float(value)


async def _all(run: Run) -> pd.DataFrame:
    import pandas as pd

    parts = [part async for part in _stream(run, 50_000)]
    return pd.concat(parts, ignore_index=True) if parts else frame((), {})


async def _stream(run: Run, size: int) -> AsyncGenerator[pd.DataFrame]:
    from homophily.records import reader
    from homophily.records.database import connect

    engine = await connect(run.store)
    # Equal texts are held once: a million answers of seven points are seven texts, not a million.
    pool: dict[Any, Any] = {}
    try:
        async with aclosing(reader.stream(engine, run.name, [*_READ, "condition"], size=size)) as parts:
            async for rows in parts:
                *columns, told = zip(*rows, strict=True)
                held = {
                    name: [*map(pool.setdefault, column, column)] if name in _SHARED else column
                    for name, column in zip(_READ, columns, strict=True)
                }
                conditions = dict(zip(held["session"], told, strict=True))
                yield _table(held, {session: json.loads(text) for session, text in conditions.items()})
                if len(pool) > _MOST_SHARED:
                    pool.clear()
    finally:
        await engine.dispose()
