"""What a participant sees above the items: which part of the study this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Ask
from homophily.lab.study import Shown
from homophily.studies.teammates.texts import texts

if TYPE_CHECKING:
    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["shown"]


def shown(ask: Ask, design: TeammatesDesign) -> Shown:
    """The part's heading; what was said stands on the pages before, and the role is the consent's to tell."""
    part, _, number = ask.path.partition("/")[0].partition("-")
    heading = texts(ask.item.language, wordings=design.wordings)[f"heading.{part}"]
    agent = ask.partner.name if ask.partner else ""
    count = len(design.agents.levels)
    return Shown(heading=heading.format(number=number, count=count, agent=agent), talk=False)
