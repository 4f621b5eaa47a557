"""Bodies: what a request may hold, and what this server says it cannot do."""

from __future__ import annotations

import secrets
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from homophily.inference.requests import Sampling
from homophily.seeds import derive

__all__ = ["Chat", "Completion"]


class _Part(BaseModel):
    type: Literal["text"]
    text: str


class _Message(BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_Part]

    @property
    def words(self) -> str:
        """The content as one text."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _Common(BaseModel):
    """Fields of both kinds; fields that do not change the answer are taken and left unread."""

    model_config = ConfigDict(extra="allow")

    model: str
    temperature: float = Field(1.0, ge=0, le=2)
    top_p: float = Field(1.0, gt=0, le=1)
    n: int = Field(1, ge=1, le=128)
    seed: int | None = None
    stop: str | list[str] | None = None
    stream: bool = False
    stream_options: _StreamOptions | None = None
    max_tokens: int | None = Field(None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _nothing(cls, body: Any) -> Any:
        """A field set to null is one left out."""
        return {k: v for k, v in body.items() if v is not None} if isinstance(body, dict) else body

    @model_validator(mode="after")
    def _able(self) -> _Common:
        for name, value in (self.model_extra or {}).items():
            if name in _NOT_YET and value not in (0, 0.0, {}, [], "none", False):
                raise ValueError(f"{name!r} is not supported by this server; leave it out")
        return self

    @field_validator("stop")
    @classmethod
    def _some(cls, stop: str | list[str] | None) -> str | list[str] | None:
        stops = [stop] if isinstance(stop, str) else stop or []
        if len(stops) > 16 or not all(stops):
            raise ValueError("at most 16 stop strings, none of them empty")
        return stop

    @property
    def include_usage(self) -> bool:
        """Whether a stream ends with what it took."""
        return self.stream_options is not None and self.stream_options.include_usage

    def seeds(self) -> list[int]:
        """One for each of the n answers; the first is the request's own."""
        first = secrets.randbits(62) if self.seed is None else self.seed
        return [first if place == 0 else derive(first, "choice", place) for place in range(self.n)]

    def sampling(self, seed: int, room: int) -> Sampling:
        """How an answer is drawn.

        Args:
            seed: Of this answer.
            room: Its length where the request sets no limit, as the API has it: what the context leaves.
        """
        stops = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return Sampling(
            max_tokens=self.limit or max(room, 1),
            temperature=self.temperature,
            top_p=self.top_p,
            seed=seed,
            stop=stops,
            logprobs=self.told,
        )

    @property
    def limit(self) -> int | None:
        """Tokens an answer may have."""
        return self.max_tokens

    @property
    def told(self) -> int | None:
        """Likeliest tokens to tell; None for no log-probabilities."""
        raise NotImplementedError


class Chat(_Common):
    """``POST /v1/chat/completions``."""

    messages: list[_Message] = Field(min_length=1)
    max_completion_tokens: int | None = Field(None, ge=1)
    logprobs: bool = False
    top_logprobs: int = Field(0, ge=0, le=20)
    response_format: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _with_logprobs(self) -> Chat:
        if self.top_logprobs and not self.logprobs:
            raise ValueError("'top_logprobs' needs 'logprobs': true")
        return self

    @property
    def turns(self) -> list[dict[str, str]]:
        """The messages, plainly."""
        return [{"role": message.role, "content": message.words} for message in self.messages]

    @property
    def limit(self) -> int | None:
        """Tokens an answer may have."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def told(self) -> int | None:
        """Likeliest tokens to tell; None for no log-probabilities."""
        return self.top_logprobs if self.logprobs else None


class Completion(_Common):
    """``POST /v1/completions``."""

    prompt: str | list[str] = Field(min_length=1)
    max_tokens: int | None = Field(16, ge=1)
    logprobs: int | None = Field(None, ge=0, le=20)

    @property
    def told(self) -> int | None:
        """Likeliest tokens to tell; None for no log-probabilities."""
        return self.logprobs


_NOT_YET = (
    "audio",
    "best_of",
    "echo",
    "frequency_penalty",
    "function_call",
    "functions",
    "logit_bias",
    "modalities",
    "prediction",
    "presence_penalty",
    "suffix",
    "tool_choice",
    "tools",
    "web_search_options",
)
