"""What is planted in volunteers, whether they sit in a study's seats or walk its pages as bots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from homophily.lab.design import Design

__all__ = ["EFFECTS", "NOTE", "truth", "volunteer"]

EFFECTS = {"within": "Slope within persons"}

#: What rated similarity shows of a slope on felt similarity (`homophily.respondents.volunteer`).
SHOWN = 0.95

NOTE = (
    "Trust is made to rise with similarity as it is felt. What stands here as planted is what similarity as "
    f"it is rated can show of that, {SHOWN:.2f} of it, because the items of a scale add noise. A 95 % "
    "interval misses 1 in 20 by design."
)

#: Settings on which that share depends.
_MEASURING = ("similarity_slope", "impression_sd", "similarity_noise", "trust_slope_sd", "trust_noise")


def volunteer(design: Design, bots: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The parameters of the volunteers, alike for all; None where others answered too, or nobody's are known.

    Args:
        design: Who sits in its seats.
        bots: Who walked its pages instead of people, with their settings; None for nobody.
    """
    from homophily.lab.seating import seat

    kinds = {given.get("kind") for given in design.respondents.values()}
    if kinds == {"person"} and bots and bots.get("kind") == "volunteer":
        return bots
    if kinds != {"volunteer"}:
        return None
    told = [{**one.describe(), "seed": 0} for one in seat(design).values()]
    return told[0] if all(each == told[0] for each in told) else None


def truth(known: Mapping[str, Any], row: Mapping[Any, Any]) -> float | None:
    """The parameter that an estimate is of; None where no single one is, or what a scale shows is unknown."""
    from homophily.respondents.volunteer import Volunteer

    if (row.get("term"), row.get("outcome")) != ("within", "trust"):
        return None
    slope, usual = float(known["trust_slope"]), Volunteer()
    if slope == 0:
        return 0.0
    alike = all(known[name] == getattr(usual, name) for name in _MEASURING)
    return slope * SHOWN if alike else None
