"""Forms as they come: names with their values."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Form", "first", "listed"]

Form = Mapping[str, Sequence[str]]
"""A form's values by name, in the order sent."""


def first(form: Form, name: str) -> str:
    """The first value of a name, without surrounding white space and with one kind of line end."""
    values = form.get(name, ())
    return values[0].replace("\r\n", "\n").replace("\r", "\n").strip() if values else ""


def listed(raw: str) -> list[Any]:
    """The JSON list in a draft; empty where there is none."""
    try:
        found = json.loads(raw)
    except ValueError:
        return []
    return found if isinstance(found, list) else []
