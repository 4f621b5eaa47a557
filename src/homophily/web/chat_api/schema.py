"""Structured answers: a JSON schema that names its possible values is answered by their probabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homophily.web.chat_api.faults import Fault

__all__ = ["Closed", "closed"]

_MOST = 256


@dataclass(frozen=True, slots=True)
class Closed:
    """What may be answered.

    Attributes:
        before: The JSON text before the value.
        values: The possible values as JSON.
        options: The same as a person would say them.
        after: The JSON text after the value.
    """

    before: str
    values: tuple[str, ...]
    options: tuple[str, ...]
    after: str


def closed(form: Mapping[str, Any] | None) -> Closed | None:
    """The possible answers of a ``response_format``; None for free text.

    Supported: an ``enum`` of texts and numbers, a ``const``, a ``boolean``, an ``integer`` or ``number``
    between whole bounds (answered by whole numbers); alone, or as the only property of an object.

    Raises:
        Fault: A format that this server cannot keep to.
    """
    kind = (form or {"type": "text"}).get("type")
    if kind == "text":
        return None
    if kind != "json_schema" or form is None:
        raise _unable(f"{kind!r} is not supported")
    schema = form.get("json_schema")
    schema = schema.get("schema") if isinstance(schema, dict) else None
    if not isinstance(schema, dict):
        raise _unable("json_schema.schema is missing")
    if schema.get("type") != "object":
        return _between("", schema, "")
    properties = schema.get("properties")
    if not isinstance(properties, dict) or len(properties) != 1:
        raise _unable("an object must have exactly one property")
    ((name, inner),) = properties.items()
    return _between(f"{{{json.dumps(name, ensure_ascii=False)}: ", inner, "}")


def _between(before: str, schema: Any, after: str) -> Closed:
    values = _values(schema if isinstance(schema, dict) else {})
    if not 1 <= len(values) <= _MOST:
        raise _unable(f"there must be 1 to {_MOST} possible values, not {len(values)}")
    if not all(isinstance(value, str | int | float | bool) for value in values):
        raise _unable("values must be texts, numbers, true or false")
    written = tuple(json.dumps(value, ensure_ascii=False) for value in values)
    said = tuple(
        value if isinstance(value, str) else text for value, text in zip(values, written, strict=True)
    )
    if len(set(said)) < len(said) or not all(said):
        raise _unable("the possible values must differ, and none be empty")
    return Closed(before, written, said, after)


def _values(schema: Mapping[str, Any]) -> list[Any]:
    if isinstance(schema.get("enum"), list):
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    if schema.get("type") == "boolean":
        return [True, False]
    low, high = schema.get("minimum"), schema.get("maximum")
    bounded = all(isinstance(end, int | float) and float(end).is_integer() for end in (low, high))
    if schema.get("type") in ("integer", "number") and bounded:
        first, last = int(low or 0), int(high or 0)
        return list(range(first, min(last, first + _MOST) + 1))
    raise _unable("only an enum, a const, a boolean or a number between whole bounds is")


def _unable(why: str) -> Fault:
    return Fault(
        400,
        f"response_format: {why}; supported is a schema that names its possible values.",
        param="response_format",
    )
