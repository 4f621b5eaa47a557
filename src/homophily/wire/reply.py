"""Replies: a chat completion read strictly, and what a series of requests took."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Malformed", "Reply", "Tally", "parse"]


class Malformed(ValueError):
    """A body that is no chat completion: broken JSON, or fields of the wrong type."""


@dataclass(slots=True)
class Tally:
    """What one ask took, over all its requests.

    Attributes:
        began: When the first was sent, by `time.perf_counter`.
        requests: HTTP requests sent.
        prompt_tokens: Tokens read, as far as the server reported them.
        completion_tokens: Tokens written, likewise.
        reported: Replies that came with a token count.
        unreported: Replies that came without.
        events: What a reader of the record should know: retries, re-asks, fallbacks.
    """

    began: float = 0.0
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reported: int = 0
    unreported: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def start(self) -> None:
        """Count a request that is being sent."""
        if not self.requests:
            self.began = time.perf_counter()
        self.requests += 1


@dataclass(frozen=True, slots=True)
class Reply:
    """One chat completion.

    Attributes:
        text: The words; empty when none came.
        refusal: The server's own statement that the model declined, if any.
        finish: Why it ended (``stop``, ``length``, ``content_filter``, …), empty if not told.
        model: The model as the server names it.
        logprobs: Per token of the answer, as the API has it: ``token``, ``logprob``, ``top_logprobs``.
    """

    text: str
    refusal: str = ""
    finish: str = ""
    model: str = ""
    logprobs: tuple[dict[str, Any], ...] = ()


def parse(body: bytes, tally: Tally) -> Reply:
    """Read a chat completion; its tokens are counted in `tally` even when the rest is malformed.

    Raises:
        Malformed: The body is no chat completion.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"its body is not JSON ({error})") from error
    if not isinstance(data, dict):
        raise Malformed(f"its body is a JSON {type(data).__name__}, not an object")
    _count(data.get("usage"), tally)
    choices = data.get("choices")
    if not isinstance(choices, list):
        raise Malformed("its body has no list 'choices'")
    model = data.get("model")
    named = model if isinstance(model, str) else ""
    if not choices:  # how some vendors say that nothing could be said
        return Reply("", model=named)
    choice = choices[0]
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(message, dict):
        raise Malformed("its first choice has no 'message'")
    return Reply(
        _words(message.get("content")),
        refusal=message.get("refusal") or "" if isinstance(message.get("refusal"), str) else "",
        finish=str(choice.get("finish_reason") or ""),
        model=named,
        logprobs=_logprobs(choice.get("logprobs")),
    )


def _words(content: Any) -> str:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, list):  # content parts, as some vendors send them
        texts = [part.get("text", "") for part in content if isinstance(part, dict)]
        if all(isinstance(text, str) for text in texts):
            return "".join(texts)
    raise Malformed(f"its message's content is a {type(content).__name__}, not text")


def _count(usage: Any, tally: Tally) -> None:
    if isinstance(usage, dict):
        prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens", 0)
        if type(prompt) is int and type(completion) is int and prompt >= 0 and completion >= 0:
            tally.prompt_tokens += prompt
            tally.completion_tokens += completion
            tally.reported += 1
            return
    tally.unreported += 1


def _logprobs(found: Any) -> tuple[dict[str, Any], ...]:
    content = found.get("content") if isinstance(found, dict) else None
    return tuple(part for part in content if isinstance(part, dict)) if isinstance(content, list) else ()
