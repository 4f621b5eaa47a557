"""The survey: what the store and the people say of a hosted run, gathered behind the pages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from homophily.lab import tidy
from homophily.records import schema
from homophily.records.database import said_plainly
from homophily.web.host import Host

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Found", "Survey"]

#: Seconds that what was gathered is shown to whoever asks next.
_FRESH = 8.0
#: What was gathered is shown for so many times the seconds that it took, so that a large study leaves the
#: machine to those who take part.
_REST = 5.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was gathered.

    Attributes:
        answers: One row an ask of a person's seat, with the ``page`` it was sent from and, as the page's
            script counted them, ``pasted``, ``keys``, ``first``, ``page_seconds``, ``away`` and ``script``;
            NaN where it did not.
        tables: The study's tidy tables.
        at: When, in seconds since 1970.
        fault: Why there are no tables; nothing where there are.
    """

    answers: pd.DataFrame
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    at: float = 0.0
    fault: str = ""


class Survey:
    """Gathers, away from the loop that serves people; several that ask at once wait for one gathering.

    Only who comes first waits, or who asks for it fresh: others are shown what was gathered last, with its
    time, while it is gathered anew.

    Args:
        host: The run.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._lock = asyncio.Lock()
        self._found: Found | None = None
        self._since = self._took = 0.0
        self._again: asyncio.Task[Found] | None = None

    async def found(self, *, fresh: bool = False) -> Found:
        """What the store holds now, or held a few seconds ago.

        Args:
            fresh: Gather anew.
        """
        if self._found is None or fresh or self._took < 1:
            return await self._gathered(fresh=fresh)
        if self._again is not None and self._again.done():
            again, self._again = self._again, None
            again.result()  # its fault is the fault of whoever asks next
        if self._old() and self._again is None:
            self._again = asyncio.create_task(self._gathered())
        return self._found

    def _old(self) -> bool:
        return self._found is None or time.monotonic() - self._since > max(_FRESH, _REST * self._took)

    async def _gathered(self, *, fresh: bool = False) -> Found:
        async with self._lock:
            if fresh or self._found is None or self._old():
                began = time.monotonic()
                await self._host.writer.settled()
                traces = await self._traces()
                self._found = await asyncio.to_thread(self._gather, traces)
                self._since = time.monotonic()
                self._took = self._since - began
            return self._found

    def _gather(self, traces: list[tuple[str, str, str, str]]) -> Found:
        import pandas as pd

        host = self._host
        answers, fault = tidy.answers(host.run), ""
        tables: Mapping[str, pd.DataFrame] = {}
        try:
            tables = host.study.tables(answers, host.design)
        except Exception as error:  # a table that cannot be made of half a run is no reason for no page
            fault = f"{type(error).__name__}: {error}"
        counted = pd.DataFrame(
            [(session, seat, path, *_counts(record)) for session, seat, path, record in traces],
            columns=["session", "seat", "path", *_COUNTS],
        )
        people = counted.merge(answers, on=["session", "seat", "path"], how="inner")
        return Found(people, tables, time.time(), fault)

    async def _traces(self) -> list[tuple[str, str, str, str]]:
        """Session, seat, path and record of every answer that was entered in a page, in the order asked."""
        table, host = schema.answers, self._host
        people = [name for name, given in host.design.respondents.items() if given.get("kind") == "person"]
        query = (
            select(table.c.session, table.c.seat, table.c.path, table.c.record)
            .where(table.c.run == host.run.name, table.c.respondent.in_(people))
            .order_by(table.c.session, table.c.place)
        )
        with said_plainly(host.store.url):
            async with host.store.engine.connect() as connection:
                return [(row[0], row[1], row[2], row[3]) for row in await connection.execute(query)]


_COUNTS = ("page", "pasted", "keys", "first", "page_seconds", "away", "script")


def _counts(record: str) -> tuple[Any, ...]:
    kept = json.loads(record)
    traces = kept.get("traces", {})
    names = ("pasted", "keys", "first", "seconds", "away", "script")
    return (kept.get("page", ""), *(traces.get(name, float("nan")) for name in names))
