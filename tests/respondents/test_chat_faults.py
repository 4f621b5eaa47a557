"""A batch of asks through a server that does everything wrong that servers do."""

import asyncio
from typing import Any

import pytest

from homophily.asks import Answer, Ask, Message
from homophily.errors import RespondentError
from homophily.items import Choice, Item, Likert, Number, Option, Text
from homophily.respondents.chat import Chat
from homophily.wire import Endpoint
from tests.tools.chat_server import ChatServer, at_random, serving
from tests.tools.faults import ANSWERS, FAULTS, Reaction, honest

OPTIONS = (Option("calm", "Stay in"), Option("wild", "Go out"))
ITEMS: tuple[Item, ...] = (
    Likert(id="trust/01", text="I can rely on Ben.", labels={1: "not at all", 7: "entirely"}),
    Likert(id="trust/01", text="ベンを頼りにできる。", language="ja", low=1, high=6),
    Choice(id="choices/01", text="Which?", options=OPTIONS),
    Choice(id="choices/01", text="どちらですか。", language="ja", options=OPTIONS),
    Number(id="warmth", text="How warm?", low=0, high=7),
    Text(id="dialogue/move", text="Say where you would like to live."),
)
HEARD = (Message("a", "Ann", "Hi."), Message("b", "Ben", "こんにちは。"))
PRICE = {"input": 3.0, "output": 7.0}


def batch(number: int) -> list[Ask]:
    return [
        Ask(
            session=f"s{n}",
            seat="a",
            path="p",
            item=ITEMS[n % len(ITEMS)],
            system="You are Ann.",
            history=HEARD if n % 2 else (),
            seed=n,
        )
        for n in range(number)
    ]


def play(server: ChatServer, asks: list[Ask], **settings: Any) -> list[Answer | BaseException]:
    """What each ask ends in, all asked at once, with waits a hundredth as long."""

    async def run() -> list[Answer | BaseException]:
        async with serving(server):
            chat = Chat(**{"model": "m", "url": server.url, "price": PRICE, "timeout": 1.0} | settings)
            endpoint = Endpoint(chat.url, concurrency=32, sleep=lambda seconds: asyncio.sleep(seconds / 100))
            chat._endpoint, chat._loop = endpoint, asyncio.get_running_loop()
            try:
                return await asyncio.gather(*map(chat.answer, asks), return_exceptions=True)
            finally:
                await chat.aclose()
                assert endpoint.gate.active == 0

    return asyncio.run(run())


@pytest.mark.parametrize("structured", ["auto", "never"])
def test_every_ask_ends_in_a_value_or_a_reason_and_every_token_is_counted(structured: str) -> None:
    server = ChatServer(at_random(0.6))
    asks = batch(180)
    answers = play(server, asks, structured=structured, attempts=40)
    assert {type(answer) for answer in answers} == {Answer}
    found = [answer for answer in answers if isinstance(answer, Answer)]
    for ask, answer in zip(asks, found, strict=True):
        assert (answer.value is None) == (answer.missing is not None)
        if answer.missing:
            assert answer.record["why"]
        else:  # nothing was defaulted: the words kept state the value
            assert ask.item.read(answer.raw.rpartition("</think>")[2]) == answer.value
    assert {answer.missing for answer in found} >= {None, "refusal", "blocked", "truncated", "unreadable"}
    assert sum(answer.usage.requests for answer in found) == server.count
    prompt = sum(reaction.tokens[0] for reaction in server.reactions)
    completed = sum(reaction.tokens[1] for reaction in server.reactions)
    assert sum(answer.usage.prompt_tokens for answer in found) == prompt
    assert sum(answer.usage.completion_tokens for answer in found) == completed
    cost = sum(answer.usage.cost or 0.0 for answer in found)
    assert cost == pytest.approx((prompt * 3 + completed * 7) / 1e6)


def test_each_ask_meets_the_same_fate_in_any_order() -> None:
    def fates(asks: list[Ask]) -> dict[str, tuple[Any, Any, str]]:
        answers = play(ChatServer(at_random(0.3, ANSWERS)), asks, structured="never")
        return {
            ask.session: (answer.value, answer.missing, answer.raw)
            for ask, answer in zip(asks, answers, strict=True)
            if isinstance(answer, Answer)
        }

    asks = batch(60)
    assert fates(asks) == fates(asks[::-1])


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_that_does_not_pass_is_one_clear_line(name: str) -> None:
    server = ChatServer(lambda body, nth: FAULTS[name](body))
    (error,) = play(server, batch(1), attempts=2, timeout=0.3)
    assert isinstance(error, RespondentError)
    assert "\n" not in str(error)
    assert server.url in str(error)
    assert "2 attempts" in str(error)


def test_the_server_never_sees_more_at_once_than_allowed() -> None:
    server = ChatServer(latency=0.01)
    play(server, batch(100))
    assert 16 <= server.at_once <= 32


def test_a_server_that_stops_in_the_middle_leaves_answers_and_errors_only() -> None:
    def react(body: dict[str, Any], nth: int) -> Reaction:
        return FAULTS["no-bytes"](body) if server.count > 30 else honest(body)

    server = ChatServer(react)
    answers = play(server, batch(60), attempts=2)
    assert sum(isinstance(answer, Answer) for answer in answers) == 30
    assert sum(isinstance(answer, RespondentError) for answer in answers) == 30
