"""The protocol of a dyad: values measured, a dialogue, private ratings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.asks import Message
from homophily.items import Text
from homophily.studies._questionnaire import fill_in
from homophily.studies._together import together
from homophily.studies.dyads.wording import OPEN, PRIVATE, REPLY, STRANGER, TALK, TOPICS

if TYPE_CHECKING:
    from homophily.lab.table import Table

__all__ = ["play"]

OTHER = {"a": "b", "b": "a"}


async def play(table: Table) -> None:
    """Play one session.

    Each seat states its values before anything else; then the two talk, unless the condition is ``none``;
    then each rates the other, not knowing that it is rated, with its own persona and the transcript in view.
    No seat ever sees the other's persona, self-report or ratings.
    """
    await together(*(_state_values(table, seat) for seat in OTHER))
    transcript = [] if table.session.condition["condition"] == "none" else await _talk(table)
    await together(*(_rate(table, seat, tuple(transcript)) for seat in OTHER))


async def _state_values(table: Table, seat: str) -> None:
    settings = table.design.values
    if settings.instrument:
        await fill_in(table, seat, settings.instrument, phase="values", sampling=settings)


async def _talk(table: Table) -> list[Message]:
    """The whole dialogue; an utterance that could not be had is a silence, recorded as missing."""
    settings, transcript = table.design.dialogue, list[Message]()
    topics = settings.topics
    if settings.topic_order == "drawn":
        topics = await table.shuffle(topics, at="topics")
    opener = "a" if table.session.condition["a_opens"] else "b"
    for place, topic in enumerate(topics):
        for turn in range(settings.utterances):
            speaker = opener if turn % 2 == 0 else OTHER[opener]
            at = f"dialogue/{place + 1}-{topic}/{turn + 1:02d}"
            await _speak(table, speaker, topic, transcript, opens=turn == 0, at=at)
        if settings.opener == "alternates":
            opener = OTHER[opener]
    return transcript


async def _speak(
    table: Table, seat: str, topic: str, transcript: list[Message], *, opens: bool, at: str
) -> None:
    settings, language = table.design.dialogue, table.session.language
    own, partner = table.session.seats[seat], table.session.seats[OTHER[seat]].persona.name
    wording = {**TOPICS, **settings.wordings}[topic][language]
    turn = (OPEN if opens else REPLY)[language]
    answer = await table.ask(
        seat,
        Text(
            id=f"dialogue/{topic}",
            text=f"{wording}\n{turn}".replace("{partner}", partner),
            language=language,
        ),
        at=at,
        history=tuple(transcript),
        partner=OTHER[seat],
        system=f"{own.system}\n\n{TALK[language].format(partner=partner)}",
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
    )
    if answer.value is not None:
        transcript.append(Message(speaker=seat, name=own.persona.name, text=str(answer.value)))


async def _rate(table: Table, seat: str, transcript: tuple[Message, ...]) -> None:
    settings, language = table.design.ratings, table.session.language
    partner = table.session.seats[OTHER[seat]].persona.name
    met = table.session.condition["condition"] != "none"
    instruction = (PRIVATE if met else STRANGER)[language].format(partner=partner)
    outcomes = await table.shuffle(tuple(settings.instruments()), at=f"{seat}/ratings")
    for outcome in outcomes:
        await fill_in(
            table,
            seat,
            settings.instruments()[outcome],
            phase=f"ratings/{outcome}",
            sampling=settings,
            history=transcript,
            partner=OTHER[seat],
            system=f"{table.session.seats[seat].system}\n\n{instruction}",
        )
