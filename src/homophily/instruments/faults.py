"""Faults of an instrument's file, said with the item and the field where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from homophily.errors import UnknownName
from homophily.instruments.instrument import Instrument
from homophily.instruments.schema import Check, Entry, OptionEntry, Scale

__all__ = ["explain"]

_PARTS: dict[str, type[BaseModel]] = {"items": Entry, "options": OptionEntry, "scale": Scale, "check": Check}


def explain(error: ValidationError, data: Mapping[str, Any]) -> str:
    """The first fault with its item and field, and the number of others.

    Args:
        error: What the schema found.
        data: The file's content, as parsed.
    """
    # A list with a faulty entry is also reported as too short; that is no fault of its own.
    faults = [fault for fault in error.errors() if fault["type"] != "too_short"] or error.errors()
    place = [str(part) for part in faults[0]["loc"]]
    item = _item(place, data)
    field = f"field {'.'.join(place[2:] if item else place)!r}" if len(place) > 2 * bool(item) else ""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    said = _said(faults[0]["type"], faults[0]["msg"], place).rstrip(".")
    return f"{', '.join(filter(None, (item, field)))}: {said}{more}.".removeprefix(": ")


def _item(place: Sequence[str], data: Mapping[str, Any]) -> str:
    if len(place) < 2 or place[0] != "items" or not place[1].isdigit():
        return ""
    entry = data["items"][int(place[1])]
    known = entry.get("id") if isinstance(entry, dict) else None
    return f"item {known!r}" if known else f"item no. {int(place[1]) + 1}"


def _said(kind: str, message: str, place: Sequence[str]) -> str:
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        part = next((_PARTS[name] for name in reversed(place[:-1]) if name in _PARTS), Instrument)
        known = [field.alias or name for name, field in part.model_fields.items()]
        return str(UnknownName("field", place[-1], known))
    return message.removeprefix("Value error, ")
