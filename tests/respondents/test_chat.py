"""A model over the wire, against scripted replies."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from homophily.asks import Answer, Ask
from homophily.items import Choice, Likert, Option
from homophily.respondents.chat import Chat
from homophily.wire import Endpoint

URL = "http://model.test/v1"
LIKERT = Likert(id="trust/03", text="I can rely on Ann.", labels={1: "not at all", 7: "entirely"})
CHOICE = Choice(id="c/1", text="Which?", options=(Option("calm", "Stay in"), Option("wild", "Go out")))


def completion(content: Any, finish: str = "stop", **message: Any) -> dict[str, Any]:
    return {
        "model": "served-model",
        "choices": [
            {"message": {"role": "assistant", "content": content, **message}, "finish_reason": finish}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 2},
    }


class Server:
    """Plays a script: each entry a body, a (status, body) pair, a response or an exception."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        entry = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(entry, Exception):
            raise entry
        if isinstance(entry, httpx2.Response):
            return entry
        status, body = entry if isinstance(entry, tuple) else (200, entry)
        return httpx2.Response(status, json=body)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(request.content) for request in self.requests]


def play(server: Callable[[httpx2.Request], httpx2.Response], *asks: Ask, **settings: Any) -> list[Answer]:
    """The answers of a chat respondent to `asks`, one after the other, with waiting made instant."""

    async def run() -> list[Answer]:
        async def sleep(seconds: float) -> None:
            await asyncio.sleep(0)

        chat = Chat(**{"model": "m", "url": URL} | settings)
        chat._endpoint = Endpoint(chat.url, chat._key(), transport=httpx2.MockTransport(server), sleep=sleep)
        chat._loop = asyncio.get_running_loop()
        try:
            return [await chat.answer(ask) for ask in asks]
        finally:
            await chat.aclose()

    return asyncio.run(run())


def ask(item: Any = LIKERT, **more: Any) -> Ask:
    return Ask(**{"session": "s", "seat": "a", "path": "p", "item": item, "seed": 2**40 + 5} | more)


def test_reads_a_structured_answer() -> None:
    server = Server(completion('{"answer": 4}'))
    (answer,) = play(server, ask(), price={"input": 1.0, "output": 10.0})
    assert answer.value == 4
    assert answer.missing is None
    assert answer.raw == '{"answer": 4}'
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.requests) == (10, 2, 1)
    assert answer.usage.cost == pytest.approx(30e-6)
    assert answer.record["model"] == "served-model"
    assert answer.record["parameters"]["structured"] is True
    (body,) = server.bodies
    assert body["response_format"]["json_schema"]["schema"]["properties"]["answer"]["enum"] == list(
        range(1, 8)
    )
    assert body["seed"] == 5
    assert body["temperature"] == 0.0
    assert body["max_tokens"] == 512
