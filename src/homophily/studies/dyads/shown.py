"""What a person in a dyad sees beside an item: the situation, told to a person instead of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Ask
from homophily.lab.study import Shown
from homophily.studies.dyads.wording import CALLED, PRIVATE, STRANGER, TALK

if TYPE_CHECKING:
    from homophily.studies.dyads.design import DyadDesign

__all__ = ["shown"]


def shown(ask: Ask, design: DyadDesign) -> Shown:
    """The name the person goes by, what is going on, and whom they play, if anybody."""
    language, phase = ask.item.language, ask.path.partition("/")[0]
    name = ask.persona.name if ask.persona else ""
    partner = ask.partner.name if ask.partner else ""
    met = {"dialogue": TALK, "ratings": PRIVATE if ask.history else STRANGER}.get(phase)
    profile = dict(ask.persona.profile) if ask.persona else {}
    parts = (
        CALLED[language].format(name=name) if phase == "dialogue" else "",
        design.persona.paragraph(profile, language) if profile else "",
        met[language].format(partner=partner) if met else "",
    )
    return Shown(role="\n\n".join(part for part in parts if part))
