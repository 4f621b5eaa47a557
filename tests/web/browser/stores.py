"""What the store of a server holds, read beside it."""

from __future__ import annotations

import sqlite3
from typing import Any

from tests.web.host.server import Server


def kept(server: Server, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Rows of a query."""
    (file,) = server.log.parent.glob("runs/*/answers.db")
    with sqlite3.connect(file) as store:
        return store.execute(query, values).fetchall()


def answers(server: Server, pid: str) -> dict[str, str]:
    """A participant's answers by path, as they were entered."""
    query = (
        "SELECT path, raw FROM answers JOIN participants USING (run, session) "
        "WHERE pid = ? AND kind != 'fact' ORDER BY place"
    )
    return dict(kept(server, query, pid))
