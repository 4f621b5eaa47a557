"""A model over the wire, against scripted replies."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError

from homophily.asks import Answer, Ask, Message
from homophily.errors import RespondentError, UsageError
from homophily.items import Choice, Likert, Number, Option, Text
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


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("4", 4),
        ("４", 4),
        ('{"answer": "４"}', 4),
        ('```json\n{"answer": 4}\n```', 4),
        ("**4**", 4),
        ("<think>5 or 6?</think>\n4", 4),
        ("entirely", 7),
    ],
)
def test_reads_what_is_plain_in_any_dress(content: str, value: int) -> None:
    (answer,) = play(Server(completion(content)), ask())
    assert answer.value == value
    assert answer.raw == content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty"),
        (None, "empty"),
        ("It depends.", "unreadable"),
        ("3 or 4", "ambiguous"),
        ("9", "off_scale"),
        ('{"answer": 9}', "off_scale"),
        ('{"answer": [4]}', "unreadable"),
        ('{"rating": 4}', "unreadable"),
        ('{"answer": ', "unreadable"),
    ],
)
def test_what_cannot_be_read_is_asked_again_then_missing(content: str | None, reason: str) -> None:
    server = Server(completion(content))
    (answer,) = play(server, ask())
    assert answer.value is None
    assert answer.missing == reason
    assert answer.raw == (content or "")
    assert answer.usage.requests == 2
    assert answer.usage.prompt_tokens == 20
    (event,) = answer.record["events"]
    assert (event["event"], event["reason"], event["raw"]) == ("reask", reason, content or "")
    first, second = server.bodies
    assert second["seed"] != first["seed"]
    assert [turn["role"] for turn in second["messages"]] == (
        ["user", "assistant", "user"] if content else ["user"]
    )


def test_a_second_reply_counts_and_both_are_kept() -> None:
    (answer,) = play(Server(completion("Hm."), completion("5")), ask())
    assert (answer.value, answer.raw) == (5, "5")
    assert answer.record["events"][0]["raw"] == "Hm."


def test_no_reasks_by_setting_nor_for_free_text() -> None:
    (answer,) = play(Server(completion("Hm.")), ask(), reasks=0)
    assert (answer.missing, answer.usage.requests) == ("unreadable", 1)
    (answer,) = play(Server(completion(" ")), ask(Text(id="t", text="Say hello.")))
    assert (answer.missing, answer.usage.requests) == ("empty", 1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (completion(None, refusal="I will not."), "refusal"),
        (completion("4", "content_filter"), "blocked"),
        ((400, {"error": {"message": "filtered", "code": "content_filter"}}), "blocked"),
        (completion('{"answer": 4}', "length"), "truncated"),
    ],
)
def test_refused_blocked_and_truncated_are_final(body: Any, reason: str) -> None:
    (answer,) = play(Server(body), ask(), price={"input": 1, "output": 1})
    assert answer.value is None
    assert answer.missing == reason
    assert answer.usage.requests == 1
    assert answer.usage.cost is not None
    assert answer.record["why"]


def test_a_refusal_is_kept_in_its_own_words() -> None:
    (answer,) = play(Server(completion(None, refusal="I will not.")), ask())
    assert answer.raw == "I will not."


def test_structured_output_is_given_up_once_for_an_endpoint() -> None:
    def server(request: httpx2.Request) -> httpx2.Response:
        seen.append(json.loads(request.content))
        if "response_format" in seen[-1]:
            return httpx2.Response(400, json={"error": {"message": "response_format is not supported"}})
        return httpx2.Response(200, json=completion("4"))

    seen: list[dict[str, Any]] = []
    answers = play(server, ask(), ask(seed=2))
    assert [answer.value for answer in answers] == [4, 4]
    assert ["response_format" in body for body in seen] == [True, False, False]
    assert answers[0].record["events"] == [
        {"event": "unstructured", "why": "response_format is not supported"}
    ]
    assert answers[0].usage.requests == 2
    assert "events" not in answers[1].record
    assert answers[1].record["parameters"]["structured"] is False


def test_a_400_of_another_cause_is_no_reason_to_give_up_structure() -> None:
    server = Server((400, {"error": {"message": "context too long"}}))
    with pytest.raises(RespondentError, match="context too long"):
        play(server, ask())
    assert len(server.requests) == 2


def test_structure_may_be_demanded_or_declined() -> None:
    rejecting = Server((400, {"error": {"message": "no response_format"}}))
    with pytest.raises(RespondentError, match="structured = 'never'"):
        play(rejecting, ask(), structured="always")
    server = Server(completion("4"))
    play(server, ask(), structured="never")
    assert "response_format" not in server.bodies[0]


def test_free_text_is_asked_for_plainly() -> None:
    server = Server(completion(" Hello there. "))
    (answer,) = play(server, ask(Text(id="t", text="Say hello.")), logprobs=True)
    assert answer.value == "Hello there."
    assert not {"response_format", "logprobs"} & set(server.bodies[0])


def test_a_number_and_a_choice() -> None:
    (number,) = play(Server(completion("62.5")), ask(Number(id="n", text="How warm?")))
    assert number.value == 62.5
    (choice,) = play(Server(completion('{"answer": "B"}')), ask(CHOICE))
    assert choice.value == "wild"


def test_logprobs_become_a_distribution_over_options() -> None:
    body = completion('{"answer": "A"}')
    top = [{"token": "A", "logprob": -0.1}, {"token": "B", "logprob": -2.5}, {"token": "I", "logprob": -5}]
    tokens = [{"token": '{"answer": "', "top_logprobs": []}, {"token": "A", "top_logprobs": top}]
    body["choices"][0]["logprobs"] = {"content": tokens}
    (answer,) = play(Server(body), ask(CHOICE), logprobs=True, top_logprobs=5)
    assert answer.distribution is not None
    assert sum(answer.distribution.values()) == pytest.approx(1)
    assert answer.distribution["calm"] == pytest.approx(1 / (1 + 2.718281828 ** (-2.4)))
    assert 0.98 < answer.record["option_mass"] < 1


def test_usage_that_is_not_reported_is_no_zero_cost() -> None:
    body = completion("4")
    del body["usage"]
    (answer,) = play(Server(body), ask(), price={"input": 1, "output": 1})
    assert answer.usage.cost is None
    assert answer.record["events"] == [{"event": "uncounted", "replies": 1}]


def test_the_request_is_what_is_sent() -> None:
    settings: dict[str, Any] = {
        "send_temperature": False,
        "send_seed": False,
        "limit": "max_completion_tokens",
        "system_role": "developer",
        "extra": {"reasoning_effort": "low"},
        "structured": "never",
    }
    heard = (Message("b", "Ben", "Hello."), Message("a", "Ann", "Hi."), Message("b", "Ben", "So?"))
    put = ask(system="You are Ann.", history=heard, max_tokens=9)
    server = Server(completion("4"))
    play(server, put, **settings)
    assert server.bodies[0] == Chat(model="m", url=URL, **settings).request(put)
    assert server.bodies[0] == {
        "model": "m",
        "messages": [
            {"role": "developer", "content": "You are Ann."},
            {"role": "user", "content": "Ben: Hello."},
            {"role": "assistant", "content": "Hi."},
            {"role": "user", "content": server.bodies[0]["messages"][-1]["content"]},
        ],
        "max_completion_tokens": 9,
        "reasoning_effort": "low",
    }
    assert server.bodies[0]["messages"][-1]["content"].startswith(
        "Ben: So?\n\nI can rely on Ann.\n\n1 = not at all"
    )


def test_the_key_is_sent_and_nowhere_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret-1\n")
    server = Server(completion("4"))
    (answer,) = play(server, ask(), key_env="MY_KEY")
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret-1"
    chat = Chat(model="m", url=URL, key_env="MY_KEY")
    assert "sk-secret" not in f"{answer}{chat!r}{chat.describe()}{chat.cache_key(ask())}"


def test_a_missing_key_is_said_before_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match="MY_KEY"):
        asyncio.run(Chat(model="m", url=URL, key_env="MY_KEY").check())
    monkeypatch.setenv("MY_KEY", "schlüssel")
    with pytest.raises(UsageError, match="MY_KEY"):
        asyncio.run(Chat(model="m", url=URL, key_env="MY_KEY").check())


@pytest.mark.parametrize(
    "setting",
    [
        {"url": "localhost:8000"},
        {"url": "ftp://x/v1"},
        {"url": "https://me:secret@x/v1"},
        {"url": "https://x/v1?key=secret"},
        {"model": ""},
        {"extra": {"messages": []}},
        {"extra": {"n": 3}},
        {"unheard_of": 1},
        {"concurrency": 0},
        {"price": {"input": 1}},
    ],
)
def test_settings_that_cannot_be_are_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Chat(**{"model": "m", "url": URL} | setting)


def test_the_cache_key_tells_apart_all_that_shapes_an_answer() -> None:
    chat = Chat(model="m", url=URL, send_seed=False)
    reworded = Choice(id="c/1", text="Which?", options=(Option("x", "Stay in"), Option("y", "Go out")))
    keys = [
        chat.cache_key(ask()),
        chat.cache_key(ask(seed=1)),
        chat.cache_key(ask(temperature=1.0)),
        chat.cache_key(ask(max_tokens=5)),
        chat.cache_key(ask(system="You are Ann.")),
        chat.cache_key(ask(CHOICE)),
        chat.cache_key(ask(reworded)),
        chat.cache_key(ask(history=(Message("b", "Ben", "Hi."),))),
        Chat(model="m2", url=URL).cache_key(ask()),
        Chat(model="m", url=URL + "x").cache_key(ask()),
        Chat(model="m", url=URL, reasks=0).cache_key(ask()),
        Chat(model="m", url=URL, structured="never").cache_key(ask()),
    ]
    assert len(set(keys)) == len(keys)
    assert chat.cache_key(ask(session="other", seat="z", path="q")) == keys[0]


def test_the_manual_lists_every_setting_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs" / "how-to" / "connect-a-model.md"
    table = page.read_text(encoding="utf-8").split("## All settings", 1)[1]
    rows = [[cell.strip() for cell in line.split("|")[1:4]] for line in table.splitlines() if "| `" in line]
    listed = {name.strip("`"): (default, meaning) for name, default, meaning in rows}
    assert list(listed) == list(Chat.model_fields)
    for name, field in Chat.model_fields.items():
        default, meaning = listed[name]
        assert meaning == field.description
        assert default == ("required" if field.is_required() else _shown(field.default))


def _shown(default: Any) -> str:
    return "none" if default is None else f"`{json.dumps(default)}`"
