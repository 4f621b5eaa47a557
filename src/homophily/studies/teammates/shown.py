"""What a participant sees above the items: which part of the study this is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Ask
from homophily.lab.study import Shown

if TYPE_CHECKING:
    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["shown"]

_PARTS = {
    "consent": {"en": "Taking part", "ja": "参加について"},
    "demographics": {"en": "About you", "ja": "あなたについて"},
    "values": {"en": "What matters to you", "ja": "あなたが大切にしていること"},
    "briefing": {"en": "What lies ahead", "ja": "これからの任務"},
    "mission": {"en": "Mission {number} of {count}: {agent}", "ja": "任務 {number}／{count}：{agent}さん"},
    "final": {"en": "All your teammates", "ja": "すべてのチームメイトについて"},
    "debriefing": {"en": "What this study is about", "ja": "この調査について"},
}


def shown(ask: Ask, design: TeammatesDesign) -> Shown:
    """The part's heading; what was said stands on the pages before, and the role is the consent's to tell."""
    part, _, number = ask.path.partition("/")[0].partition("-")
    heading = _PARTS.get(part, {}).get(ask.item.language, "")
    agent = ask.partner.name if ask.partner else ""
    count = len(design.agents.levels)
    return Shown(heading=heading.format(number=number, count=count, agent=agent), talk=False)
