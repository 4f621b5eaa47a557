"""What a person sees beside an item: the part of the study, and the agent's face and name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Ask
from homophily.lab.study import Shown
from homophily.studies.teammates.texts import texts

if TYPE_CHECKING:
    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["shown"]


def shown(ask: Ask, design: TeammatesDesign) -> Shown:
    """The heading of the ask's part of the study, and who speaks or is rated in it."""
    part, _, number = ask.path.partition("/")[0].partition("-")
    said = texts(ask.item.language, wordings=design.wordings)
    return Shown(
        heading=said[f"heading.{part}"].format(number=number),
        speaker=ask.partner.name if ask.partner else "",
        picture=ask.item.picture,
        history=False,
    )
