"""Traces of how a page was filled in, as the page's script counts them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["again", "traces"]

#: What is kept of a field: changes, keys pressed, pastes and characters pasted; seconds from the page being
#: shown to the first change.
_OF_A_FIELD = ("changes", "keys", "pastes", "pasted", "first")
#: Of the page: seconds in view, and how often it was left.
_OF_A_PAGE = ("seconds", "away")
_MOST = 10.0**9


def traces(sent: str) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """What was counted of the page, and of each field by its name; empty without JavaScript.

    Whoever fills in a page can send whatever they like: only known counts are taken, as plain numbers from
    0 to a thousand million.
    """
    try:
        told = json.loads(sent) if len(sent) < 50_000 else {}
    except (ValueError, RecursionError):
        told = {}
    if not isinstance(told, dict):
        return {}, {}
    fields = told.get("fields")
    of_fields = fields if isinstance(fields, dict) else {}
    return _counts(told.get("page"), _OF_A_PAGE), {
        str(name): _counts(counts, _OF_A_FIELD) for name, counts in list(of_fields.items())[:500]
    }


def again(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """What a page loaded anew goes on counting from, as it is sent.

    Args:
        kept: What was counted so far, of the page and the field together, by the fields' names.
    """
    pages = [_counts(dict(counts), _OF_A_PAGE) for counts in kept.values()]
    page = {name: max((each.get(name, 0.0) for each in pages), default=0.0) for name in _OF_A_PAGE}
    fields = {name: _counts(dict(counts), _OF_A_FIELD) for name, counts in kept.items()}
    return json.dumps({"page": page, "fields": fields}) if any(page.values()) else ""


def _counts(told: Any, known: tuple[str, ...]) -> dict[str, float]:
    if not isinstance(told, dict):
        return {}
    return {
        name: round(min(max(float(told[name]), 0.0), _MOST), 2)
        for name in known
        if isinstance(told.get(name), (int, float))
        and not isinstance(told[name], bool)
        and told[name] == told[name]
    }
