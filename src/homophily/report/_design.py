"""What the page says of the design: every setting, those of the run set apart from the defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from homophily import catalogue
from homophily.lab.loading import schema
from homophily.report import tables

if TYPE_CHECKING:
    from homophily.report._record import Record

__all__ = ["changed", "respondents", "settings"]

_HEADS = ("Setting", "Value", "Meaning")
_USUAL = "as the kind has them by default"


def changed(record: Record) -> tables.Table | None:
    """The settings that differ from the study's defaults; None where none does."""
    rows = [row for row in _rows(record) if row[3]]
    return tables.of_pairs([row[:3] for row in rows], _HEADS, kind="settings") if rows else None


def settings(record: Record) -> tables.Table:
    """Every setting of the design with its meaning."""
    return tables.of_pairs([row[:3] for row in _rows(record)], _HEADS, kind="settings")


def respondents(record: Record) -> tables.Table:
    """Who answered, with every setting given for them."""
    rows = []
    for name, given in record.design.respondents.items():
        rest = {key: value for key, value in given.items() if key != "kind"}
        told = "; ".join(f"{key} = {_worded(value)}" for key, value in rest.items())
        rows.append((name, str(given.get("kind", "")), told or _USUAL))
    if record.bots:
        rows.append(_bots(record.bots))
    return tables.of_pairs(rows, ("Respondent", "Kind", "Settings"), kind="settings")


def _bots(told: Mapping[str, Any]) -> tuple[str, str, str]:
    """Who walked the pages in people's place, with what differs from their kind's defaults."""
    kind = str(told["kind"])
    fields = catalogue.get("respondents", kind).model_fields
    rest = {k: v for k, v in told.items() if k in fields and v != fields[k].default}
    return (
        "bots, in people's place",
        kind,
        "; ".join(f"{k} = {_worded(v)}" for k, v in rest.items()) or _USUAL,
    )


def _rows(record: Record) -> Iterator[tuple[str, str, str, bool]]:
    given = record.design.model_dump(mode="json")
    plain = _defaults(record)
    for row in schema(record.study):
        key = row["key"]
        if key in ("study", "respondents"):
            continue
        value = _at(given, key)
        yield key, _worded(value), str(row["meaning"]).replace("`", ""), value != _at(plain, key)


def _defaults(record: Record) -> Mapping[str, Any]:
    return record.study.design.model_validate({"study": record.study.name}).model_dump(mode="json")


def _at(settings: Any, key: str) -> Any:
    for part in key.split("."):
        settings = settings.get(part) if isinstance(settings, Mapping) else None
    return settings


def _worded(value: Any) -> str:
    if isinstance(value, str):
        return value or "none"
    if isinstance(value, list) and all(isinstance(x, (str, int, float)) for x in value):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, dict):
        told = {k: v for k, v in value.items() if v is not None}
        return ", ".join(f"{k} = {_worded(v)}" for k, v in told.items()) or "none"
    return "none" if value is None else json.dumps(value, ensure_ascii=False)
