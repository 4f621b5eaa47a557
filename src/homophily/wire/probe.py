"""Probes: which models a server offers, and what one of them can do over the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from homophily.errors import RespondentError
from homophily.wire.endpoint import Endpoint, Patience
from homophily.wire.reply import Reply, Tally

__all__ = ["Abilities", "models", "probe"]

_SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "integer", "enum": [1, 2, 3, 4, 5, 6, 7]}},
    "required": ["answer"],
    "additionalProperties": False,
}
_FORMAT = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": _SCHEMA}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Abilities:
    """What a model was seen to do.

    Attributes:
        model: The model as the server names it.
        structured: Whether a JSON schema was accepted and the reply kept to it.
        logprobs: Whether token probabilities came back.
        seed: Whether one seed gave one text twice and another seed another; None if all were equal.
        usage: Whether tokens were reported.
        tokens: Tokens the probe took.
    """

    model: str
    structured: bool
    logprobs: bool
    seed: bool | None
    usage: bool
    tokens: int


async def models(url: str, key: str = "", *, key_env: str = "") -> list[str]:
    """The models that an endpoint lists (``GET url/models``), sorted.

    Raises:
        RespondentError: The endpoint cannot be reached, rejects the key, or lists nothing.
    """
    async with _opened(Endpoint(url, key, key_env=key_env)) as endpoint:
        return await endpoint.models()


async def probe(url: str, model: str, key: str = "", *, key_env: str = "") -> Abilities:
    """Try a model with six short requests: plain, structured, log-probabilities, three with seeds.

    Raises:
        RespondentError: The endpoint cannot be reached or does not serve the model at all.
    """
    async with _opened(Endpoint(url, key, key_env=key_env)) as endpoint:
        return await _probe(endpoint, model)


async def _probe(endpoint: Endpoint, model: str) -> Abilities:
    tally = Tally()

    async def ask(text: str, **extra: Any) -> Reply:
        body = {"model": model, "messages": [{"role": "user", "content": text}], "max_tokens": 24, **extra}
        return await endpoint.complete(body, tally, seed=0, patience=Patience(60.0, 2, 120.0))

    async def tried(text: str, **extra: Any) -> Reply | None:
        try:
            return await ask(text, **extra)
        except RespondentError:
            return None

    number = "Say one whole number from 1 to 7."
    plain = await ask(number)
    formed = await tried(number, response_format=_FORMAT)
    likely = await tried(number, logprobs=True, top_logprobs=5)
    seeded = [await tried("Name three animals.", temperature=1.0, seed=seed) for seed in (1, 1, 2)]
    return Abilities(
        model=plain.model or model,
        structured=formed is not None and _keeps_schema(formed.text),
        logprobs=likely is not None and any(part.get("top_logprobs") for part in likely.logprobs),
        seed=_heeds_seed([reply.text if reply else None for reply in seeded]),
        usage=tally.unreported == 0,
        tokens=tally.prompt_tokens + tally.completion_tokens,
    )


def _keeps_schema(text: str) -> bool:
    try:
        return json.loads(text)["answer"] in range(1, 8)
    except (ValueError, KeyError, TypeError):
        return False


def _heeds_seed(texts: list[str | None]) -> bool | None:
    first, again, other = texts
    if first is None or first != again:
        return False
    return True if other != first else None


@asynccontextmanager
async def _opened(endpoint: Endpoint) -> AsyncIterator[Endpoint]:
    try:
        yield endpoint
    finally:
        await endpoint.aclose()
