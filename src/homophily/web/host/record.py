"""What the host reads from a run's store and sets there, beside answers and participants."""

from __future__ import annotations

import json
import time
from typing import Any

from sqlalchemy import and_, delete, select

from homophily.lab.store import Store
from homophily.records import rows, schema
from homophily.records.database import said_plainly
from homophily.web.host.sitting import Draft, Key

__all__ = ["draft_row", "drafts", "switch", "switches"]


async def drafts(store: Store, run: str, session: str) -> dict[Key, Draft]:
    """What was entered in a session and not yet sent."""
    table = schema.drafts
    query = select(table).where(and_(table.c.run == run, table.c.session == session))
    with said_plainly(store.url):
        async with store.engine.connect() as connection:
            found = {}
            for row in (await connection.execute(query)).mappings():
                kept = json.loads(row["record"])
                found[row["seat"], row["path"]] = Draft(row["raw"], kept["skipped"], kept["traces"])
            return found


def draft_row(run: str, session: str, key: Key, draft: Draft | None) -> dict[str, Any]:
    """The row that keeps a draft, or deletes it."""
    row: dict[str, Any] = {"run": run, "session": session, "seat": key[0], "path": key[1]}
    if draft is None:
        return row
    kept = rows.to_json({"skipped": draft.skipped, "traces": draft.traces})
    return row | {"raw": rows.clean(draft.raw), "record": kept, "time": time.time()}


async def switches(store: Store, run: str) -> dict[str, str]:
    """What a researcher has set on a run."""
    table = schema.switches
    with said_plainly(store.url):
        async with store.engine.connect() as connection:
            found = await connection.execute(select(table.c.name, table.c.value).where(table.c.run == run))
            return {name: value for name, value in found}


async def switch(store: Store, run: str, name: str, value: str) -> None:
    """Set something on a run."""
    table = schema.switches
    with said_plainly(store.url):
        async with store.engine.begin() as connection:
            await connection.execute(delete(table).where(and_(table.c.run == run, table.c.name == name)))
            await connection.execute(table.insert().values(run=run, name=name, value=value, time=time.time()))
