"""People to seat in tests: populations, asks and dialogues."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from homophily import values
from homophily.asks import Answer, Ask, Message, Persona, Respondent
from homophily.items import Item, Likert, Text
from homophily.seeds import derive
from homophily.values import CODES

TOPICS = ("weekend", "move", "windfall")


def population(n: int, seed: int = 1, generator: str = "human") -> list[Persona]:
    """Personas with profiles from a generator."""
    scores = values.profiles.draw(generator, n, np.random.default_rng(seed)).scores
    return [
        Persona(id=f"agent-{place}", name=f"N{place}", profile=dict(zip(CODES, map(float, row), strict=True)))
        for place, row in enumerate(scores)
    ]


def form(measures: str = "trust.faith", n: int = 12, language: str = "en") -> list[Likert]:
    """A form of `n` items, every third reversed."""
    return [
        Likert(
            id=f"{measures}/{k}", text="…", language=language, measures=measures, reverse=k % 3 == 2, high=7
        )
        for k in range(n)
    ]


def ask(item: Item, persona: Persona | None, partner: Persona | None = None, seed: object = 0) -> Ask:
    """An ask by a seat that has heard its partner, if it has one, say something."""
    heard = (Message("b", partner.name, "Hello."),) if partner else ()
    return Ask(
        session="s",
        seat="a",
        path=item.id,
        item=item,
        history=heard,
        persona=persona,
        partner=partner,
        seed=derive(seed, item.id),
    )


def answers(respondent: Respondent, asks: Iterable[Ask]) -> list[Answer]:
    """The answers to asks, one after another; respondents in this process never wait, so no loop is run."""
    return [_answered(respondent, each) for each in asks]


def _answered(respondent: Respondent, ask: Ask) -> Answer:
    try:
        respondent.answer(ask).send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("a respondent in this process waited")


def mean(respondent: Respondent, items: Iterable[Item], *who: Persona, seed: object = 0) -> float:
    """The scored mean of a form: reverse items turned back, missing ones left out."""
    items = list(items)
    given = answers(respondent, [ask(item, *who, seed=seed) for item in items])
    scored = [
        item.low + item.high - answer.value if item.reverse else answer.value
        for item, answer in zip(items, given, strict=True)
        if answer.value is not None
    ]
    return float(np.mean(scored))


def talk(
    respondent: Respondent,
    one: Persona,
    other: Persona,
    language: str = "en",
    topics: Iterable[str] = TOPICS,
    utterances: int = 10,
    seed: object = 0,
) -> list[Message]:
    """A dialogue of two seats of one respondent, the opener changing from topic to topic."""
    seats, said = {"a": one, "b": other}, list[Message]()
    for place, topic in enumerate(topics):
        for turn in range(utterances):
            seat = "ab"[(place + turn) % 2]
            spoken = ask(Text(id=f"dialogue/{topic}", text="…", language=language), seats[seat])
            spoken = replace(spoken, seat=seat, history=tuple(said), seed=derive(seed, topic, turn))
            (answer,) = answers(respondent, [spoken])
            said.append(Message(seat, seats[seat].name, str(answer.value)))
    return said
