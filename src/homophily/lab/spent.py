"""What a model in this process did for each answer, and what filtering spared it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from homophily.lab.descriptions import SAVINGS
from homophily.lab.waiting import wait

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.design import Design
    from homophily.lab.runs import Run

__all__ = ["filtered", "spent", "with_savings"]

_KEYS = ("session", "seat", "path", "kind", "respondent", "model", "prompt_tokens", "completion_tokens")


def filtered(design: Design) -> list[str]:
    """The design's respondents that speak through a filter, by name."""
    return [
        name
        for name, settings in design.respondents.items()
        if settings.get("kind") == "local" and settings.get("filter")
    ]


def with_savings(run: Run, tables: Mapping[str, pd.DataFrame], design: Design) -> dict[str, pd.DataFrame]:
    """A study's tables, with ``savings`` beside them where respondents of its design speak through a filter.

    Args:
        run: Whose store holds the answers' records.
        tables: As the study makes them.
        design: The run's.
    """
    names = filtered(design)
    if not names:
        return dict(tables)
    told = spent(run)
    return dict(tables) | {"savings": told[told["respondent"].isin(names)].reset_index(drop=True)}


def spent(run: Run) -> pd.DataFrame:
    """One row an answer that a model in this process gave.

    Returns:
        The ask's keys, its tokens, and the columns of `homophily.lab.descriptions.SAVINGS`; NaN where
        a record does not say.
    """
    import pandas as pd

    columns = [*_KEYS, *(name.partition(".")[2] for name in SAVINGS)]
    frame = pd.DataFrame(wait(_read(run)), columns=columns)
    return frame.astype({name: float for name in columns if name not in _KEYS})


async def _read(run: Run) -> list[dict[str, Any]]:
    from homophily.records import reader
    from homophily.records.database import connect

    engine, rows = await connect(run.store), []
    try:
        async for part in reader.stream(engine, run.name, [*_KEYS, "record"]):
            for *keys, record in part:
                if '"computed":' in record or '"filter":' in record:  # no other record is parsed
                    rows.append(dict(zip(_KEYS, keys, strict=True)) | _told(json.loads(record)))
    finally:
        await engine.dispose()
    return rows


def _told(record: Mapping[str, Any]) -> dict[str, Any]:
    computed, spared = record.get("computed") or {}, record.get("filter") or {}
    asked = spared.get("asked")
    return {
        "asked": asked.get("ratio") if isinstance(asked, Mapping) else asked,
        "attended": computed.get("attended"),
        "skipped": spared.get("skipped"),
        "saved_bytes": spared.get("saved_bytes"),
        "shared_tokens": computed.get("shared_tokens"),
        "computed": computed.get("seconds"),
    }
