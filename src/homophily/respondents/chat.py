"""A language model behind any OpenAI-compatible chat API, by url, model and a key from the environment."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, field_validator

from homophily import wording
from homophily.asks import Answer, Ask, Usage
from homophily.errors import UsageError
from homophily.items import Choice, Ranking, Several
from homophily.respondents._messages import merged, messages
from homophily.respondents._options import distribution
from homophily.respondents._reading import read, spoken
from homophily.respondents._reply import noted
from homophily.seeds import derive
from homophily.wire import Endpoint, Patience, Rejected, Reply, Tally, lease

__all__ = ["Chat"]
__references__ = ("own",)


class Price(BaseModel):
    """Price per million tokens, in US dollars or any one currency for the whole design."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0, description="Per million tokens read.")
    output: float = Field(ge=0, description="Per million tokens written.")


class Chat(BaseModel):
    """A model over the wire; what cannot be read in its answers is missing, with a reason and its words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1, description="Model, as the server names it.")
    url: str = Field(description="Base of the API, such as http://localhost:11434/v1.")
    key_env: str | None = Field(None, description="Environment variable that holds the key; none for no key.")
    structured: Literal["auto", "always", "never"] = Field(
        "auto", description="Ask for JSON by schema: where the server takes it, always, or never."
    )
    reasks: int = Field(1, ge=0, le=5, description="Times a closed item is asked again if unreadable.")
    logprobs: bool = Field(False, description="Record each option's probability, where the server tells.")
    top_logprobs: int = Field(20, ge=1, le=20, description="Likeliest tokens listed; some servers allow 5.")
    send_seed: bool = Field(True, description="Send the ask's seed (its lower 31 bits).")
    send_temperature: bool = Field(True, description="Send the temperature; some models only take their own.")
    limit: Literal["max_tokens", "max_completion_tokens"] = Field(
        "max_tokens", description="Name of the field that limits an answer's length."
    )
    system_role: Literal["system", "developer", "user"] = Field(
        "system", description="Chat role that carries the persona."
    )
    merge: bool = Field(True, description="Join neighbouring turns of one role and let the user begin.")
    extra: dict[str, Any] = Field({}, description="Further fields of the request body.")
    price: Price | None = Field(None, description="Price per million tokens: {input = …, output = …}.")
    concurrency: int = Field(64, ge=1, description="Requests under way at most; fewer after a 429.")
    requests_per_minute: float | None = Field(None, gt=0, description="Requests a minute at most.")
    tokens_per_minute: float | None = Field(None, gt=0, description="Tokens a minute, read and written.")
    timeout: float = Field(120.0, gt=0, description="Seconds one request may take.")
    attempts: int = Field(6, ge=1, description="Times one request is sent at most.")
    patience: float = Field(600.0, gt=0, description="Seconds that failing and retrying may take.")

    _endpoint: Endpoint | None = PrivateAttr(None)
    _loop: asyncio.AbstractEventLoop | None = PrivateAttr(None)

    @field_validator("url")
    @classmethod
    def _clean(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("a url begins with http:// or https:// and names a host")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("a url holds no key, query or fragment: name the key's variable in key_env")
        return url.rstrip("/")

    @field_validator("extra")
    @classmethod
    def _own(cls, extra: dict[str, Any]) -> dict[str, Any]:
        for field in ("messages", "model", "stream", "n"):
            if field in extra:
                raise ValueError(f"{field!r} is set by the laboratory and cannot be an extra field")
        return extra

    def describe(self) -> dict[str, Any]:
        """The effective settings; of the key only the name of its variable."""
        return self.model_dump(mode="json")

    async def check(self) -> None:
        """See to it before a run that the key is there and the server can be reached with it.

        Raises:
            UsageError: The variable named by `key_env` is not set.
            RespondentError: Nobody answers at `url`, or the key is not accepted.
        """
        endpoint = self._open()
        try:
            await endpoint.models()
        except Rejected as error:  # a server need not list its models
            if error.status in (401, 403):
                raise

    async def aclose(self) -> None:
        """Let go of the connections."""
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is not None:
            await endpoint.aclose()

    def request(self, ask: Ask) -> dict[str, Any]:
        """The body of the request for an ask, exactly as it is sent the first time."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": messages(ask, system_role=self.system_role, merge=self.merge),
            self.limit: ask.max_tokens,
        }
        if self.send_temperature:
            body["temperature"] = ask.temperature
        if self.send_seed:
            body["seed"] = ask.seed & 0x7FFFFFFF
        if ask.item.kind != "text":
            form = {} if self.structured == "never" else ask.item.schema()
            if form:
                schema = {"name": "answer", "strict": True, "schema": form}
                body["response_format"] = {"type": "json_schema", "json_schema": schema}
            if self.logprobs:
                body["logprobs"] = True
                body["top_logprobs"] = self.top_logprobs
        return body | self.extra if self.extra else body

    def cache_key(self, ask: Ask) -> str:
        """Canonical text of all that shapes the answer to an ask; equal texts may share one answer."""
        item = ask.item
        options = (
            [option.id for option in item.options] if isinstance(item, Choice | Several | Ranking) else None
        )
        shape = [self.url, self.request(ask), ask.seed, self.structured, self.reasks, ask.item.kind, options]
        return json.dumps(shape, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    async def answer(self, ask: Ask) -> Answer:
        """Put one ask to the model.

        Raises:
            UsageError: The variable named by `key_env` is not set.
            RespondentError: The server cannot be reached, or will not serve the request.
        """
        if notice := noted(ask.item, model=self.model):
            return notice
        endpoint = self._open()
        tally = Tally()
        body = self.request(ask)
        reask = 0
        while True:
            reply = await self._complete(endpoint, body, tally, ask.seed)
            value, missing, why = read(ask.item, reply)
            if missing not in _AGAIN or ask.item.kind == "text" or reask == self.reasks:
                break
            tally.events.append({"event": "reask", "reason": missing, "why": why, "raw": reply.text})
            reask += 1
            body = self._again(body, ask, reply.text, reask)
        record = self._record(endpoint, body, reply, tally)
        record |= {"why": why} if missing else ask.item.remarks(spoken(reply.text))
        told = distribution(ask.item, reply.logprobs) if reply.logprobs else None
        if told:
            record["option_mass"] = told[1]
        return Answer(
            value=value,
            missing=missing,
            raw=reply.text or reply.refusal,
            distribution=told[0] if told else None,
            usage=self._usage(tally),
            record=record,
        )

    def _open(self) -> Endpoint:
        loop = asyncio.get_running_loop()
        if self._endpoint is None or self._loop is not loop:
            self._endpoint = lease(self.url, self._key(), self.key_env or "", self.concurrency)
            self._endpoint.limit(self.concurrency, self.requests_per_minute, self.tokens_per_minute)
            self._loop = loop
        return self._endpoint

    def _key(self) -> str:
        if not self.key_env:
            return ""
        key = os.environ.get(self.key_env, "").strip()
        if not key:
            raise UsageError(f"no key for {self.model!r}: set the environment variable {self.key_env}.")
        if not (key.isascii() and key.isprintable()):
            raise UsageError(f"the key in {self.key_env} holds characters that no key has: set it anew.")
        return key

    async def _complete(self, endpoint: Endpoint, body: dict[str, Any], tally: Tally, seed: int) -> Reply:
        """One reply; a server that rejects structured output is asked plainly, from then on."""
        formed = "response_format" in body and self.structured == "auto"
        if formed and self.model in endpoint.plain:
            body, formed = _plain(body), False
        patience = Patience(self.timeout, self.attempts, self.patience)
        try:
            return await endpoint.complete(body, tally, seed=seed, patience=patience)
        except Rejected as error:
            if error.code == "content_filter":  # how Azure says it
                return Reply("", finish="content_filter")
            if not formed or error.status not in (400, 404, 415, 422, 501):
                raise
            rejected = error.said
        reply = await endpoint.complete(_plain(body), tally, seed=seed, patience=patience)
        endpoint.plain.add(self.model)
        tally.events.append({"event": "unstructured", "why": rejected})
        return reply

    def _again(self, body: dict[str, Any], ask: Ask, said: str, reask: int) -> dict[str, Any]:
        turns = [*body["messages"]]
        if spoken(said).strip():  # vendors reject empty turns
            turns.append({"role": "assistant", "content": spoken(said)})
        turns.append({"role": "user", "content": wording.repeat(ask.item)})
        again = body | {"messages": merged(turns) if self.merge else turns}
        if self.send_seed:
            again["seed"] = derive(ask.seed, "reask", reask) & 0x7FFFFFFF
        return again

    def _usage(self, tally: Tally) -> Usage:
        cost = None
        if self.price and (tally.reported or not tally.unreported):
            spent = tally.prompt_tokens * self.price.input + tally.completion_tokens * self.price.output
            cost = spent / 1_000_000
        return Usage(
            prompt_tokens=tally.prompt_tokens,
            completion_tokens=tally.completion_tokens,
            cost=cost,
            requests=tally.requests,
            seconds=time.perf_counter() - tally.began,
        )

    def _record(self, endpoint: Endpoint, body: dict[str, Any], reply: Reply, tally: Tally) -> dict[str, Any]:
        parameters = {name: value for name, value in body.items() if name not in _BULKY}
        plain = self.structured == "auto" and self.model in endpoint.plain
        parameters["structured"] = "response_format" in body and not plain
        record: dict[str, Any] = {"model": reply.model, "finish": reply.finish, "parameters": parameters}
        if tally.unreported:
            tally.events.append({"event": "uncounted", "replies": tally.unreported})
        if tally.events:
            record["events"] = tally.events
        return record


#: Reasons that a second try may mend.
_AGAIN = ("empty", "unreadable", "ambiguous", "off_scale")
_BULKY = ("messages", "response_format", "model")


def _plain(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name != "response_format"}
