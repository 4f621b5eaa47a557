"""Judging: one message put to a judge, who names the values it voices from a closed list.

A judge is a respondent in a seat of its own. It hears the message as the one utterance so far, under a
neutral name, and is asked one `Several` item; it sees neither verdict line nor dilemma, nor who wrote it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Answer, Message
from homophily.items import Option, Several
from homophily.values.taxonomy import Taxonomy

if TYPE_CHECKING:
    from homophily.lab.table import Table

__all__ = ["judge", "question", "rejected"]

_MOST = 5
_SAID = {
    "en": {
        "name": "Message",
        "role": "You label messages from debates about everyday conflicts with the values they voice. "
        "A value is voiced when the writer gives it as a reason, says that it matters, or blames someone "
        "for failing it. It is not voiced by merely being the topic. You judge what is said, not whether "
        "it is right.",
        "question": "Which values from this list does the message voice? Choose those that carry its "
        "argument, at most {most}; fewer is better than stretching. Choose none if it only reports or asks.",
    },
    "ja": {
        "name": "発言",
        "role": "あなたは、日常の対立をめぐる議論の発言に、そこで訴えられている価値を付ける判定者です。"
        "書き手がその価値を理由として挙げる、大切だと述べる、あるいはそれに反したと誰かを責めるとき、"
        "その価値は訴えられています。話題になっているだけでは当てはまりません。主張が正しいかどうかではなく、何が述べられているかを判定してください。",
        "question": "この発言は、次の一覧のうちどの価値を訴えていますか。"
        "主張を支えているものを最大{most}個選んでください。無理に増やさず、少なめに選んでください。報告や質問だけの発言なら、何も選ばないでください。",
    },
}


def question(taxonomy: Taxonomy, language: str, *, most: int = _MOST) -> Several:
    """What a judge is asked after the message.

    Options carry the value's code, name and definition; a judge may also name a value by its code or by its
    name in the other language.

    Args:
        taxonomy: The closed list.
        language: Of names, definitions and instructions.
        most: How many values a message can be given.
    """
    options = [
        Option(
            id=entry.code,
            text=entry.name(language),
            note=entry.definition(language),
            also=(entry.name("en"), entry.name("ja")),
        )
        for entry in taxonomy.values
    ]
    return Several(
        id="values/judge",
        text=_said(language)["question"].format(most=most),
        language=language,
        measures="values",
        options=tuple(options),
        most=most,
    )


async def judge(
    table: Table, seat: str, message: str, item: Several, *, at: str, temperature: float = 0.0
) -> Answer:
    """A judge's answer on one message.

    Args:
        table: Where the debate is played.
        seat: The judge's.
        message: The message, without its verdict line.
        item: From `question`.
        at: Path of the ask, unique for the seat.
        temperature: Sampling temperature.
    """
    said = _said(item.language)
    heard = (Message(speaker="author", name=said["name"], text=message),)
    return await table.ask(seat, item, at=at, history=heard, system=said["role"], temperature=temperature)


def rejected(item: Several, raw: str) -> tuple[str, ...]:
    """The labels in a judge's readable reply that are not on the list."""
    from homophily.respondents._reading import spoken

    return tuple(item.remarks(spoken(raw)).get("rejected", ()))


def _said(language: str) -> dict[str, str]:
    return _SAID.get(language, _SAID["en"])
