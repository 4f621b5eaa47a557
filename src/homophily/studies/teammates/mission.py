"""One mission with one agent: introduction, decision points, and what the participant thinks of it."""

from __future__ import annotations

from homophily.asks import Message
from homophily.items import Choice, Likert, Notice, Option, Text
from homophily.studies.teammates.asking import Asking
from homophily.studies.teammates.crew import Teammate
from homophily.studies.teammates.script import Line

__all__ = ["CONFIDENCE", "mission"]

CONFIDENCE = 7
"""Points of the confidence scale."""


async def mission(asking: Asking, teammate: Teammate, check: int | None) -> None:
    """Play a mission.

    Args:
        asking: Puts the items.
        teammate: The agent.
        check: The point that an attention check in the trust form asks for; None for no check.
    """
    phase, asking.picture = f"mission-{teammate.position}", teammate.picture
    await _introduce(asking, teammate, f"{phase}/introduction")
    for place, line in enumerate(teammate.script.lines, 1):
        await _decide(asking, teammate, line, f"{phase}/decision-{place}")
    forms, partner = asking.table.design.forms, teammate.persona
    await asking.form(forms.similarity, f"{phase}/similarity", partner=partner)
    await asking.form(forms.trust, f"{phase}/trust", partner=partner, check=check)
    await asking.form(forms.closeness, f"{phase}/closeness", partner=partner)
    await asking.form(forms.alone, f"{phase}/alone", partner=partner)
    said = asking.said
    questions = {
        f"{phase}/open/{question}": Text(
            id=f"teammates/open-{question}",
            text=said[f"open.{question}"].format(agent=teammate.name),
            language=said.language,
        )
        for question in ("trusted", "noticed")
    }
    await asking.page(dict(questions), partner)
    asking.picture = ""


async def _introduce(asking: Asking, teammate: Teammate, at: str) -> None:
    said = asking.said
    heading = said["introduction.heading"].format(building=teammate.mission.name, agent=teammate.name)
    words = said["decision.says"].format(agent=teammate.name, text=teammate.script.introduction)
    item = Notice(
        id="teammates/introduction",
        text=f"{heading}\n\n{words}",
        language=said.language,
    )
    await asking.one(item, at, teammate.persona)
    asking.heard.append(Message("study", "", heading))
    asking.heard.append(Message("agent", teammate.name, teammate.script.introduction))


async def _decide(asking: Asking, teammate: Teammate, line: Line, at: str) -> None:
    said, name = asking.said, teammate.name
    told = f"{line.scene}\n\n{said['decision.says'].format(agent=name, text=line.text)}"
    options = {option: said[f"decision.{option}"].format(agent=name) for option in ("follow", "else", "why")}
    decided = await _choose(asking, teammate, told, options, f"{at}/choice")
    asking.heard.append(Message("study", "", line.scene))
    asking.heard.append(Message("agent", name, line.text))
    if decided == "why":
        answered = said["decision.answers"].format(agent=name, text=line.why)
        options.pop("why")
        decided = await _choose(asking, teammate, f"{told}\n\n{answered}", options, f"{at}/after")
        asking.heard.append(Message("agent", name, line.why))
    if decided is not None:
        asking.heard.append(Message("participant", "", options[decided]))
    sure = Likert(
        id="teammates/confidence",
        text=said["decision.confidence"],
        language=said.language,
        measures="confidence",
        low=1,
        high=CONFIDENCE,
        labels={1: said["decision.unsure"], CONFIDENCE: said["decision.sure"]},
    )
    await asking.one(sure, f"{at}/confidence", teammate.persona)


async def _choose(
    asking: Asking, teammate: Teammate, told: str, options: dict[str, str], at: str
) -> str | None:
    item = Choice(
        id="teammates/decision",
        text=f"{told}\n\n{asking.said['decision.ask']}",
        language=asking.said.language,
        options=tuple(Option(id_, text) for id_, text in options.items()),
    )
    value = (await asking.one(item, at, teammate.persona)).value
    return None if value is None else str(value)
