"""The protocol of a teammates study: consent, values, five missions with five agents, debriefing."""

from __future__ import annotations

from homophily import instruments
from homophily.asks import Message
from homophily.items import Choice, Item, Notice, Number, Option, Ranking, Text, Value, chosen
from homophily.lab.table import Table
from homophily.studies.teammates.asking import Asking
from homophily.studies.teammates.crew import Teammate, crew
from homophily.studies.teammates.mission import mission
from homophily.studies.teammates.ranked import Ranked, ranked, unscored
from homophily.studies.teammates.sessions import SEAT
from homophily.studies.teammates.texts import texts
from homophily.values import VALUES

__all__ = ["COMPLETE", "DECLINED", "UNSCORED", "play"]

COMPLETE, DECLINED, UNSCORED = "complete", "declined", "unscored"
"""How a session can end, as its fact ``ended`` says: to the debriefing; at the consent; because the value
questionnaire was answered too little for agents to be made."""

#: Where the attention checks stand: among the values, and in the trust form of the agent met third.
_CHECKED_VALUES, _CHECKED_TRUST, _CHECKED_MISSION = 2, 4, 3


async def play(table: Table) -> None:
    """Play one participant's session to its end, whichever it is."""
    design = table.design
    asking = Asking(table, texts(table.session.language, design.reviewed, design.wordings))
    await table.note(SEAT, "teammates/ended", await _play(asking), at="ended", text="How the session ended.")


async def _play(asking: Asking) -> Value:
    if not await _consents(asking):
        return DECLINED
    await asking.page(_demographics(asking))
    ranking = await _values(asking)
    if ranking is None:
        return UNSCORED
    said = asking.said
    await asking.one(_notice(asking, "briefing", said["briefing.text"]), "briefing")
    asking.heard.append(Message("study", "", said["briefing.text"]))
    team = await crew(asking.table, said, ranking.codes)
    briefed, checks = list(asking.heard), asking.table.design.forms.attention
    met: list[Message] = []
    for teammate in team:
        asking.heard = list(briefed)
        check = _CHECKED_TRUST if checks and teammate.position == _CHECKED_MISSION else None
        await mission(asking, teammate, check)
        met += asking.heard[len(briefed) :]
    asking.heard = briefed + met
    await _closing(asking, team)
    return COMPLETE


async def _consents(asking: Asking) -> bool:
    said = asking.said
    item = Choice(
        id="teammates/consent",
        text=said["consent.text"],
        language=said.language,
        measures="consent",
        options=(Option("agree", said["consent.agree"]), Option("decline", said["consent.decline"])),
    )
    return (await asking.one(item, "consent")).value == "agree"


def _demographics(asking: Asking) -> dict[str, Item]:
    said = asking.said
    genders = ("woman", "man", "another", "unsaid")
    return {
        "demographics/age": Number(
            id="teammates/age", text=said["demographics.age"], language=said.language, low=18, high=110
        ),
        "demographics/gender": Choice(
            id="teammates/gender",
            text=said["demographics.gender"],
            language=said.language,
            options=tuple(Option(gender, said[f"demographics.{gender}"]) for gender in genders),
        ),
    }


async def _values(asking: Asking) -> Ranked | None:
    """The participant's ranking, recorded; None where too little was answered."""
    forms, table = asking.table.design.forms, asking.table
    form = instruments.load(forms.values)
    check = _CHECKED_VALUES if forms.attention else None
    answers = await asking.form(forms.values, "values", check=check)
    if lacking := unscored(answers, form):
        text = "Values for which too little was answered."
        await table.note(SEAT, "teammates/unscored", ",".join(lacking), at="values/unscored", text=text)
        await asking.one(_notice(asking, "stopped", asking.said["stopped.text"]), "values/stopped")
        return None
    found = ranked(answers, form)
    if forms.confirmation != "none":
        given = (await asking.one(_order(asking, found.codes), "values/order")).value
        if given is not None:
            found = ranked(answers, form, chosen(str(given)), replaces=forms.confirmation == "order")
    text = "The participant's values, most important first."
    codes = await table.note(SEAT, "teammates/ranking", ",".join(found.codes), at="values/ranking", text=text)
    text = "Ties of the ranking, with what decided each."
    ties = await table.note(
        SEAT, "teammates/ties", ",".join(found.ties) or "none", at="values/ties", text=text
    )
    return Ranked(chosen(str(codes)), chosen(str(ties)))


def _order(asking: Asking, codes: tuple[str, ...]) -> Ranking:
    said = asking.said
    return Ranking(
        id="teammates/order",
        text=said["ranking.text"],
        language=said.language,
        options=tuple(Option(code, _sentence(VALUES[code].sense[said.language]), code) for code in codes),
        ends=(said["ranking.first"], said["ranking.last"]),
    )


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


async def _closing(asking: Asking, team: tuple[Teammate, ...]) -> None:
    said = asking.said
    item = Ranking(
        id="teammates/rank",
        text=said["final.text"],
        language=said.language,
        measures="preference",
        options=tuple(
            Option(each.persona.id, each.name, ",".join(each.codes), note=each.mission.name) for each in team
        ),
        ends=(said["final.first"], said["final.last"]),
    )
    await asking.one(item, "final/rank")
    question = Text(id="teammates/open-final", text=said["open.final"], language=said.language)
    await asking.one(question, "final/open")
    await asking.one(_notice(asking, "debriefing", said["debriefing.text"]), "debriefing")


def _notice(asking: Asking, name: str, text: str) -> Notice:
    return Notice(id=f"teammates/{name}", text=text, language=asking.said.language)
