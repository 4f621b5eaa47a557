"""The store's tables, alike on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Double, Index, Integer, MetaData, Table, Text

from homophily.records.version import VERSION

__all__ = [
    "METADATA",
    "VERSION",
    "answers",
    "codings",
    "drafts",
    "draws",
    "participants",
    "runs",
    "schema_version",
    "sessions",
    "switches",
    "texts",
    "workers",
]

METADATA = MetaData()

# Byte order on PostgreSQL too, so that both stores list sessions in the same order.
_Key = Text().with_variant(Text(collation="C"), "postgresql")

schema_version = Table("schema_version", METADATA, Column("version", Integer, primary_key=True))

runs = Table(
    "runs",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("study", Text, nullable=False),
    Column("design", Text, nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("created", Double, nullable=False),
)

sessions = Table(
    "sessions",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("session", _Key, primary_key=True),
    Column("language", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("seats", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("error", Text),
    Column("started", Double, nullable=False),
    Column("ended", Double),
)

answers = Table(
    "answers",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("session", _Key, primary_key=True),
    Column("seat", _Key, primary_key=True),
    Column("path", _Key, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("item", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("measures", Text, nullable=False),
    Column("reverse", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("respondent", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("partner", Text),
    Column("value", Text),
    Column("type", Text),
    Column("missing", Text),
    Column("raw", Text, nullable=False),
    Column("distribution", Text),
    Column("model", Text, nullable=False),
    Column("prompt_tokens", Integer, nullable=False),
    Column("completion_tokens", Integer, nullable=False),
    Column("cost", Double),
    Column("requests", Integer, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("cached", Boolean, nullable=False),
    Column("record", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("temperature", Double, nullable=False),
    Column("max_tokens", Integer, nullable=False),
    Column("wording", Text, nullable=False),
    Column("system", Text, nullable=False),
    Column("history", Text, nullable=False),
    Column("time", Double, nullable=False),
    # All that a run's totals need, so that no answer is read for them.
    Index(
        "answers_totals",
        *("run", "cached", "respondent", "missing", "prompt_tokens", "completion_tokens", "cost"),
    ),
)

draws = Table(
    "draws",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("session", _Key, primary_key=True),
    Column("path", _Key, primary_key=True),
    Column("drawn", Text, nullable=False),
)

texts = Table(
    "texts",
    METADATA,
    Column("digest", _Key, primary_key=True),
    Column("text", Text, nullable=False),
)

#: People who take part in a browser: all that identifies them, kept apart from what they answered.
#: `state` is arrived, playing, finished, declined, withdrawn or closed; one who declined or withdrew has no
#: session, no pid and no token.
participants = Table(
    "participants",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("id", _Key, primary_key=True),
    Column("session", _Key),
    Column("token_digest", Text),
    Column("pid", Text),
    Column("test", Boolean, nullable=False),
    Column("language", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("page", Text),
    Column("code", Text),
    Column("arrived", Double, nullable=False),
    Column("seen", Double, nullable=False),
    Column("ended", Double),
    Index("participants_token", "run", "token_digest"),
    Index("participants_pid", "run", "pid"),
)

#: What a person has entered on a page that is not sent yet; gone once the answer is recorded.
drafts = Table(
    "drafts",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("session", _Key, primary_key=True),
    Column("seat", _Key, primary_key=True),
    Column("path", _Key, primary_key=True),
    Column("raw", Text, nullable=False),
    Column("record", Text, nullable=False),
    Column("time", Double, nullable=False),
)

#: Themes that a coder gives to an open answer, one a row; the theme '' says: read, none applies.
codings = Table(
    "codings",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("session", _Key, primary_key=True),
    Column("seat", _Key, primary_key=True),
    Column("path", _Key, primary_key=True),
    Column("coder", _Key, primary_key=True),
    Column("theme", _Key, primary_key=True),
    Column("time", Double, nullable=False),
)

#: What a researcher has set on a run that is hosted, such as ``doors``: open, paused or closed.
switches = Table(
    "switches",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("name", _Key, primary_key=True),
    Column("value", Text, nullable=False),
    Column("time", Double, nullable=False),
)

#: The roll: processes of a cluster that may write to a run while it is played. One that is struck off it
#: writes no more.
workers = Table(
    "workers",
    METADATA,
    Column("run", _Key, primary_key=True),
    Column("worker", _Key, primary_key=True),
    Column("node", Text, nullable=False),
    Column("since", Double, nullable=False),
)
