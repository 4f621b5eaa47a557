"""What a chat server can do to its callers: honest replies and each fault seen in the field, by name."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

__all__ = ["ANSWERS", "FAULTS", "Reaction", "completion", "honest", "http"]


@dataclass(frozen=True)
class Reaction:
    """What goes over the wire.

    Attributes:
        payload: Bytes of the HTTP response.
        delay: Seconds before the first byte, beyond the server's latency.
        drip: Seconds between bytes; 0 sends all at once.
        cut: Whether the connection is closed afterwards, the response incomplete.
        tokens: Prompt and completion tokens that a caller who gets the whole response can count.
        name: The fault's name; empty for an honest reply.
    """

    payload: bytes
    delay: float = 0.0
    drip: float = 0.0
    cut: bool = False
    tokens: tuple[int, int] = (0, 0)
    name: str = ""


def http(status: int, body: bytes | str | dict[str, Any], *headers: str, claim: int | None = None) -> bytes:
    """An HTTP/1.1 response; `claim` replaces the true Content-Length."""
    if isinstance(body, dict):
        body = json.dumps(body, ensure_ascii=False)
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Status", f"Content-Length: {len(content) if claim is None else claim}"]
    lines += ["Content-Type: application/json", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + content


def completion(
    content: Any, finish: str = "stop", usage: Any = ..., **message: Any
) -> tuple[bytes, tuple[int, int]]:
    """A chat completion as an HTTP response, and the tokens it reports."""
    tokens = (20, 1 + len(str(content)) // 4)
    body = {
        "id": "c",
        "object": "chat.completion",
        "model": "test-model",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": content, **message},
                "finish_reason": finish,
            }
        ],
        "usage": {"prompt_tokens": tokens[0], "completion_tokens": tokens[1]} if usage is ... else usage,
    }
    return http(200, body), tokens if usage is ... else (0, 0)


def honest(body: dict[str, Any]) -> Reaction:
    """A proper reply: by the schema if one is asked for, else as the last turn demands."""
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    payload, tokens = completion(json.dumps({"answer": _choice(body)}) if schema else str(_choice(body)))
    return Reaction(payload, tokens=tokens)


def _choice(body: dict[str, Any]) -> Any:
    rng = random.Random(body.get("seed", 0))
    asked = body["messages"][-1]["content"]
    schema = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if schema:
        shape = schema["properties"]["answer"]
        return rng.choice(shape["enum"]) if "enum" in shape else shape.get("minimum", 0)
    if found := re.search(r"from (\d+) to (\d+) and nothing|(\d+)から(\d+)までの", asked):
        low, high = (int(bound) for bound in found.groups() if bound)
        return rng.randint(low, high)
    if found := re.search(r"\(([A-Z])(?: or ([A-Z]))+\)|（([A-Z])(?:か([A-Z]))+）", asked):
        return rng.choice([letter for letter in found.groups() if letter])
    return f"I hear you. ({rng.randrange(1000)})"


def _said(content: Any, finish: str = "stop", **more: Any) -> Callable[[dict[str, Any]], Reaction]:
    def react(body: dict[str, Any]) -> Reaction:
        payload, tokens = completion(content, finish, **more)
        return Reaction(payload, tokens=tokens)

    return react


def _as(form: str) -> Callable[[dict[str, Any]], Reaction]:
    """An honest answer in a given form, such as markdown around JSON."""

    def react(body: dict[str, Any]) -> Reaction:
        payload, tokens = completion(form.replace("§", str(_choice(body)).translate(_WIDE)))
        return Reaction(payload, tokens=tokens)

    return react


_WIDE = {ord("0") + digit: ord("０") + digit for digit in range(10)}


def _status(status: int, body: Any, *headers: str) -> Callable[[dict[str, Any]], Reaction]:
    return lambda _: Reaction(http(status, body, *headers))


def _cut(keep: float) -> Callable[[dict[str, Any]], Reaction]:
    def react(body: dict[str, Any]) -> Reaction:
        payload = honest(body).payload
        return Reaction(payload[: int(len(payload) * keep)], cut=True)

    return react


def _cut_chunk(body: dict[str, Any]) -> Reaction:
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    return Reaction(head.encode() + b'40\r\n{"choices": [{"mess', cut=True)


def _date_soon(body: dict[str, Any]) -> Reaction:
    return Reaction(http(429, {"error": {"message": "slow down"}}, f"Retry-After: {formatdate(usegmt=True)}"))


_BUSY = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
_OOPS = {"error": {"message": "internal error"}}

#: Faults of the transport or the envelope: the request is sent again.
FAULTS: dict[str, Callable[[dict[str, Any]], Reaction]] = {
    "429": _status(429, _BUSY),
    "429-seconds": _status(429, _BUSY, "Retry-After: 1"),
    "429-date": _date_soon,
    "500": _status(500, _OOPS),
    "502-page": _status(502, "<html>Bad Gateway</html>"),
    "503-seconds": _status(503, _OOPS, "Retry-After: 0.5"),
    "no-bytes": _cut(0.0),
    "cut-in-headers": _cut(0.1),
    "cut-in-body": _cut(0.8),
    "cut-in-chunk": _cut_chunk,
    "slow": lambda body: Reaction(honest(body).payload, delay=60.0, cut=True),
    "drip": lambda body: Reaction(honest(body).payload, drip=0.2, cut=True),
    "broken-json": _status(200, '{"choices": [{"message": '),
    "html-with-200": _status(200, "<html>Please sign in</html>"),
    "list-for-object": _status(200, "[1, 2]"),
    "choices-a-string": _status(200, {"choices": "none"}),
    "message-a-string": _status(200, {"choices": [{"message": "hi"}]}),
    "content-a-number": _said(4),
    "content-an-object": _said({"answer": 4}),
}

#: Replies in good order that hold an answer in an odd form, none, or a refusal to give one.
ANSWERS: dict[str, Callable[[dict[str, Any]], Reaction]] = {
    "full-width": _as("§"),
    "full-width-json": _as('{"answer": "§"}'),
    "markdown": _as('```json\n{"answer": "§"}\n```'),
    "thoughts-first": _as("<think>1? 7? A?</think>\n§"),
    "no-usage": lambda body: Reaction(completion(str(_choice(body)), usage=None)[0]),
    "odd-usage": lambda body: Reaction(completion(str(_choice(body)), usage={"prompt_tokens": "x"})[0]),
    "empty-choices": lambda body: Reaction(
        http(200, {"choices": [], "usage": {"prompt_tokens": 20, "completion_tokens": 0}}), tokens=(20, 0)
    ),
    "empty": _said(""),
    "null": _said(None),
    "prose": _said("Well, it depends."),
    "off-scale": _said("99999"),
    "two-answers": _said("1 or 2, A or B"),
    "wrong-field": _said('{"rating": 4}'),
    "broken-answer": _said('{"answer": '),
    "answer-a-list": _said('{"answer": [1, 2]}'),
    "refusal": _said(None, refusal="I cannot rate a person."),
    "content-filter": _said("", "content_filter"),
    "content-filter-400": _status(400, {"error": {"message": "filtered", "code": "content_filter"}}),
    "length": _said('{"answer"', "length"),
}
