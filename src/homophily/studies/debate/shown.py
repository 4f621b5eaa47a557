"""What a person in a debate sees beside a verdict: their role, without the form that models are held to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Ask
from homophily.items import Verdict
from homophily.lab.study import Shown
from homophily.studies.debate.wording import OUTPUT

if TYPE_CHECKING:
    from homophily.studies.debate.design import DebateDesign

__all__ = ["shown"]


def shown(ask: Ask, design: DebateDesign) -> Shown:
    """The role as it is told; the page itself has a place for the verdict and one for its explanation."""
    if not isinstance(ask.item, Verdict):
        return Shown(role=ask.system)
    form = OUTPUT[design.deliberation.output][ask.item.language].replace("<agent>", ask.item.agent)
    return Shown(role=ask.system.replace(f"{form}\n\n", ""))
