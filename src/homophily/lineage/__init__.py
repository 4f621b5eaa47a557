"""Lineage: how similar are two models' weights, does one descend from the other, what would a leak reveal?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homophily.lineage.relation.descent import Descent, descent

__all__ = ["Descent", "descent"]

_HOMES = {"Descent": "homophily.lineage.relation.descent", "descent": "homophily.lineage.relation.descent"}


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    found = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = found
    return found
