"""Probes: what a server's models can do over the wire."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from homophily import wire
from homophily.errors import RespondentError
from tests.tools.chat_server import ChatServer, serving
from tests.tools.faults import Reaction, completion, honest, http


def against(server: ChatServer, use: Any) -> Any:
    async def run() -> Any:
        async with serving(server):
            return await use(server.url)

    return asyncio.run(run())


def test_lists_models() -> None:
    assert against(ChatServer(), wire.models) == ["other-model", "test-model"]


def test_an_able_server() -> None:
    def react(body: dict[str, Any], nth: int) -> Reaction:
        if "logprobs" not in body:
            return honest(body)
        reply = {
            "choices": [
                {
                    "message": {"content": "4"},
                    "logprobs": {"content": [{"token": "4", "top_logprobs": [{"token": "4", "logprob": 0}]}]},
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1},
        }
        return Reaction(http(200, reply))

    found = against(ChatServer(react), lambda url: wire.probe(url, "m"))
    assert replace(found, tokens=0) == wire.Abilities(
        model="test-model", structured=True, logprobs=True, seed=True, usage=True, tokens=0
    )
    assert found.tokens > 0


def test_a_server_that_only_chats() -> None:
    def react(body: dict[str, Any], nth: int) -> Reaction:
        if {"response_format", "logprobs", "seed"} & set(body):
            return Reaction(http(400, {"error": {"message": "what is that?"}}))
        return Reaction(completion("4", usage=None)[0])

    found = against(ChatServer(react), lambda url: wire.probe(url, "m"))
    assert found == wire.Abilities(
        model="test-model", structured=False, logprobs=False, seed=False, usage=False, tokens=0
    )


def test_one_text_whatever_the_seed_tells_nothing() -> None:
    def react(body: dict[str, Any], nth: int) -> Reaction:
        return Reaction(completion(json.dumps({"answer": 9}))[0])

    found = against(ChatServer(react), lambda url: wire.probe(url, "m"))
    assert found.seed is None
    assert found.structured is False  # 9 was not in the schema


def test_a_model_that_is_not_there_is_an_error() -> None:
    server = ChatServer(lambda body, nth: Reaction(http(404, {"error": {"message": "no model 'm'"}})))
    with pytest.raises(RespondentError, match="no model 'm'"):
        against(server, lambda url: wire.probe(url, "m"))
