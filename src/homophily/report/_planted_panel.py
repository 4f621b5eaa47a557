"""What is planted in a panel of synthetic panellists: each one's inertia and conformity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homophily.lab.design import Design

__all__ = ["EFFECTS", "NOTE", "panel", "truth"]

#: Effects by the terms of the conformity model.
EFFECTS = {
    "inertia": "Inertia",
    "previous": "Conformity to rounds before",
    "within": "Conformity within a round",
}
_SETTINGS = {"inertia": "inertia", "previous": "conformity", "within": "conformity_within"}

NOTE = (
    "This is one study of many: a 95 % interval misses 1 in 20 by design, and misses come together, because "
    "all effects rest on the same dilemmas. Where these are few, misses are more frequent."
)


def panel(design: Design) -> dict[str, Mapping[str, Any]]:
    """The parameters of every panellist of a design, by its name; those moved by values are left out.

    What values bring about is no part of the conformity model, so its coefficients then have no single truth.
    """
    from homophily.lab.seating import seat

    if not any(given.get("kind") == "panelist" for given in design.respondents.values()):
        return {}
    kinds = {name: given.get("kind") for name, given in design.respondents.items()}
    told = {name: one.describe() for name, one in seat(design).items() if kinds[name] == "panelist"}
    return {name: settings for name, settings in told.items() if not settings["moved_by"]}


def truth(known: Mapping[str, Mapping[str, Any]], row: Mapping[Any, Any]) -> float | None:
    """The parameter that an estimate of the conformity model is of; None where no single one is."""
    settings, name = known.get(str(row.get("model"))), _SETTINGS.get(str(row.get("term")))
    if settings is None or name is None:
        return None
    planted = settings[name]
    if isinstance(planted, Mapping):
        protocol = str(row.get("protocol"))
        return None if protocol == "all" else float(planted.get(protocol, 0.0))
    return float(planted)
