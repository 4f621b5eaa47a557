"""Complaints: what a schema finds wrong with a file, as one line that names the key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

__all__ = ["complaint"]


def complaint(error: ValidationError, model: type[BaseModel], *, within: str) -> str:
    """The first thing wrong, with the nearest known key for an unknown one.

    Args:
        error: What pydantic raised.
        model: The schema.
        within: Where the data came from: a file, or a table of it.
    """
    first, *others = error.errors(include_url=False)
    where = ".".join(str(part) for part in first["loc"])
    more = f" ({len(others)} more of this kind below it.)" if others else ""
    if first["type"] == "extra_forbidden":
        *path, key = first["loc"]
        return f"{within}: unknown key `{where}`.{_hint(str(key), _fields(model, path))}{more}"
    if first["type"] == "missing":
        return f"{within}: `{where}` is missing.{more}"
    message = first["msg"].removeprefix("Value error, ")
    return f"{within}: `{where}` = {_short(first['input'])}: {message[:1].lower()}{message[1:]}.{more}"


def _hint(key: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    return f" Did you mean `{near[0]}`?" if near else f" Known: {', '.join(names)}."


def _fields(model: type[BaseModel], path: Iterable[Any]) -> Iterable[str]:
    """The keys known at a path of the schema; those of the schema itself where the path leads elsewhere."""
    found = model
    for part in path:
        field = found.model_fields.get(str(part))
        inner = field.annotation if field else None
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        found = inner
    return [field.alias or name for name, field in found.model_fields.items()]


def _short(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
