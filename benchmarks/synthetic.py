"""How fast synthetic respondents answer, in one process: closed items and utterances a second."""

from __future__ import annotations

import asyncio
import time

import numpy as np

from homophily import values
from homophily.asks import Ask, Message, Persona
from homophily.items import Likert, Text
from homophily.respondents.synthetic import Synthetic
from homophily.seeds import derive

ITEM = Likert(
    id="trust/01",
    text="…",
    measures="trust.faith",
    language="ja",
    labels={k: f"point {k}" for k in range(1, 8)},
)


def people(n: int) -> list[Persona]:
    scores = values.profiles.draw("human", n, np.random.default_rng(1)).scores.tolist()
    return [
        Persona(id=f"{k}", name=f"N{k}", profile=dict(zip(values.CODES, scores[k], strict=True)))
        for k in range(n)
    ]


async def dialogue(respondent: Synthetic, one: Persona, other: Persona, language: str) -> list[Message]:
    """Thirty utterances on three topics."""
    said: list[Message] = []
    for turn in range(30):
        seat, me, partner = ("a", one, other) if turn % 2 == 0 else ("b", other, one)
        item = Text(id=f"dialogue/{('weekend', 'move', 'windfall')[turn // 10]}", text="…", language=language)
        ask = Ask(
            session="s", seat=seat, path=f"{turn}", item=item, history=tuple(said), seed=derive(one.id, turn),
            persona=me, partner=partner,
        )  # fmt: skip
        answer = await respondent.answer(ask)
        said.append(Message(seat, me.name, str(answer.value)))
    return said


async def main() -> None:
    who = people(400)
    pairs = list(zip(who[::2], who[1::2], strict=True))
    for language in ("en", "ja"):
        began = time.process_time()
        talks = [await dialogue(Synthetic(), *pair, language) for pair in pairs]
        rate = 30 * len(pairs) / (time.process_time() - began)
        print(f"{language}: {rate:8,.0f} utterances/s, up to 29 heard before")
    for perception in ("profile", "dialogue"):
        asks = [
            Ask(
                session="s", seat="a", path=f"{k}", item=ITEM, history=tuple(said), seed=derive(k),
                persona=one, partner=other,
            )
            for (one, other), said in zip(pairs, talks, strict=True) for k in range(60)
        ]  # fmt: skip
        respondent = Synthetic(perception=perception)
        began = time.process_time()
        for ask in asks:
            await respondent.answer(ask)
        rate = len(asks) / (time.process_time() - began)
        print(f"perception by {perception}: {rate:8,.0f} ratings/s")


if __name__ == "__main__":
    asyncio.run(main())
