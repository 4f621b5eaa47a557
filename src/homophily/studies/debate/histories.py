"""What each agent has in view when it is asked: one function of what was said, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from homophily.asks import Message
from homophily.studies.debate import wording as words
from homophily.wording import ruled

__all__ = ["MODERATOR", "Reply", "seat", "view"]

#: Who passes things on. It is no seat, and its messages bear no name.
MODERATOR = "moderator"


@dataclass(frozen=True, slots=True)
class Reply:
    """What an agent said in a round.

    Attributes:
        round: From 1.
        place: The agent's place in the panel, from 0.
        verdict: Its code; None where none can be read.
        words: The explanation; all that was said where there is no verdict.
        raw: The reply as it was written, thoughts left out; empty for none.
    """

    round: int
    place: int
    verdict: str | None
    words: str
    raw: str


def seat(place: int) -> str:
    """The seat of the agent at a place."""
    return f"agent-{place + 1}"


def view(
    place: int,
    round_: int,
    replies: Sequence[Reply],
    *,
    dilemma: str,
    protocol: str,
    names: Sequence[str],
    language: str,
) -> tuple[tuple[Message, ...], str]:
    """What an agent has heard and said when it is asked in a round, and what is put to it now.

    In a synchronous round an agent knows the rounds before it, each by one summary. In turn, it knows all
    that was said until now. Nobody is ever told of a reply that was not given.

    Args:
        place: The agent's place.
        round_: From 1.
        replies: All replies so far, in the order they were given.
        dilemma: The dilemma's text.
        protocol: ``synchronous``, ``round_robin`` or ``solo``.
        names: The agents' names, by place.
        language: Of the session.
    """
    told = _summed_up if protocol == "synchronous" else _passed_on
    messages = [_moderator(dilemma), *told(place, round_, replies, names, language)]
    *history, last = messages
    return tuple(history), last.text


def _summed_up(
    place: int, round_: int, replies: Sequence[Reply], names: Sequence[str], language: str
) -> Iterator[Message]:
    for number in range(1, round_):
        given = [reply for reply in replies if reply.round == number]
        yield from _own(given, place, names)
        yield _moderator(_summary(given, place, names, language))


def _passed_on(
    place: int, round_: int, replies: Sequence[Reply], names: Sequence[str], language: str
) -> Iterator[Message]:
    for number in range(1, round_ + 1):
        given = [reply for reply in replies if reply.round == number]
        yield from (_relayed(reply, names, language) for reply in given if reply.place < place)
        if place > 0 or number > 1:  # The first to speak is asked by the dilemma itself.
            yield _moderator(words.TURN[language].format(round=number, agent=names[place]))
        if number < round_:
            yield from _own(given, place, names)
            yield from (_relayed(reply, names, language) for reply in given if reply.place > place)


def _own(given: Sequence[Reply], place: int, names: Sequence[str]) -> Iterator[Message]:
    for reply in given:
        if reply.place == place and reply.raw:
            yield Message(speaker=seat(place), name=names[place], text=reply.raw)


def _relayed(reply: Reply, names: Sequence[str], language: str) -> Message:
    return Message(speaker=seat(reply.place), name=names[reply.place], text=_said(reply, language))


def _summary(given: Sequence[Reply], place: int, names: Sequence[str], language: str) -> str:
    number = given[0].round
    parts = [words.SUMMARY[language].format(round=number)]
    for reply in given:
        name = names[reply.place]
        name = words.YOU[language].format(agent=name) if reply.place == place else name
        parts.append(f"{name}{'：' if language == 'ja' else ':'}\n{_said(reply, language)}")
    return "\n\n".join([*parts, words.BEGINS[language].format(round=number + 1)])


def _said(reply: Reply, language: str) -> str:
    if not reply.raw:
        return words.NO_REPLY[language]
    verdict = ruled(reply.verdict, language) if reply.verdict else words.NO_VERDICT[language]
    return "\n".join(part for part in (verdict, reply.words) if part)


def _moderator(text: str) -> Message:
    return Message(speaker=MODERATOR, name="", text=text)
