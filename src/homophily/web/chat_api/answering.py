"""Answering: requests put to the engine, whole or in a stream, as chats and as plain completions."""

from __future__ import annotations

import time
import uuid
from asyncio import TaskGroup
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from homophily.inference.engine import Engine
from homophily.inference.requests import Generated, Piece, Prompt, Spent, Token
from homophily.seeds import generator
from homophily.web.chat_api import replies
from homophily.web.chat_api.bodies import Chat, Completion
from homophily.web.chat_api.faults import Fault
from homophily.web.chat_api.schema import Closed, closed

__all__ = ["Answering"]


@dataclass(slots=True)
class Answering:
    """One request on its way.

    Attributes:
        engine: Who answers.
        body: What is asked.
        fingerprint: Of the checkpoint; equal seeds give equal answers while it stays.
    """

    engine: Engine
    body: Chat | Completion
    fingerprint: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    created: int = field(default_factory=lambda: int(time.time()))

    def prepare(self) -> list[Prompt]:
        """The prompts, and a look at all that could be wrong with them.

        Raises:
            Fault: A format or number of prompts that cannot be served.
            Overloaded: Too many requests wait.
            UsageError: Messages that the model's template refuses, or too many of them.
        """
        body, engine = self.body, self.engine
        engine.admit()
        if isinstance(body, Chat):
            closed(body.response_format)
            prompts = [engine.prompts.chat(body.turns)]
        else:
            texts = [body.prompt] if isinstance(body.prompt, str) else body.prompt
            if body.stream and len(texts) > 1:
                raise Fault(400, "a stream has one prompt; send the others on their own.", param="prompt")
            prompts = [engine.prompts.plain(text) for text in texts]
        for place, prompt in enumerate(prompts):
            engine.fits(prompt)
            if body.n > 1:  # read once for all
                prompts[place] = Prompt(
                    prompt.ids, (*prompt.borders, len(prompt.ids) - 1), prompt.lead, prompt.stops
                )
        return prompts

    async def whole(self, prompts: Sequence[Prompt]) -> dict[str, Any]:
        """All answers at once."""
        seeds = self.body.seeds()
        async with TaskGroup() as group:
            tasks = [group.create_task(self._answer(prompt, seed)) for prompt in prompts for seed in seeds]
        found = [task.result() for task in tasks]
        choices = [self._choice(place, said) for place, said in enumerate(found)]
        spent = [said.spent for said in found]
        return {**self._envelope(choices), "usage": self._usage(spent), **self._filter(spent)}

    async def stream(self, prompt: Prompt) -> AsyncGenerator[dict[str, Any], None]:
        """Chunk after chunk: the role, words as they come, why they end, and what they took if asked."""
        spent: list[Spent] = []
        for place, seed in enumerate(self.body.seeds()):
            if isinstance(self.body, Chat):
                yield self._chunk(place, {"role": "assistant", "content": ""})
            async with aclosing(self._pieces(prompt, seed)) as pieces:
                async for thing in pieces:
                    if isinstance(thing, Piece):
                        yield self._chunk(place, {"content": thing.text}, tokens=thing.tokens)
                    else:
                        spent.append(thing.spent)
                        yield self._chunk(place, {}, finish=thing.finish)
        if self.body.include_usage:
            yield {**self._envelope([], chunk=True), "usage": self._usage(spent), **self._filter(spent)}

    async def _answer(self, prompt: Prompt, seed: int) -> Generated:
        form = closed(self.body.response_format) if isinstance(self.body, Chat) else None
        if form is not None:
            return await self._chosen(prompt, form, seed)
        return await self.engine.generate(prompt, self._sampling(prompt, seed))

    async def _pieces(self, prompt: Prompt, seed: int) -> AsyncGenerator[Piece | Generated, None]:
        if isinstance(self.body, Chat) and closed(self.body.response_format) is not None:
            said = await self._answer(prompt, seed)
            yield Piece(said.text, said.tokens)
            yield said
            return
        async with aclosing(self.engine.stream(prompt, self._sampling(prompt, seed))) as pieces:
            async for thing in pieces:
                yield thing

    async def _chosen(self, prompt: Prompt, form: Closed, seed: int) -> Generated:
        """The likeliest value, or one drawn, in the JSON that was asked for."""
        scored = await self.engine.score(prompt, form.options)
        temperature = self.body.temperature
        weights = scored.distribution(temperature or 1.0)
        if temperature > 0:
            race = generator("option", seed).standard_exponential(len(weights))
            place = min(range(len(weights)), key=lambda i: race[i] / max(weights[i], 1e-300))
        else:
            place = max(range(len(weights)), key=lambda i: (weights[i], -i))
        tokens: tuple[Token, ...] = ()
        if self.body.told is not None:
            known = sorted(zip(form.values, scored.logprobs, strict=True), key=lambda pair: -pair[1])
            chosen = Token(-1, form.values[place], scored.logprobs[place], tuple(known[: self.body.told]))
            around = [Token(-1, text, 0.0) if text else None for text in (form.before, form.after)]
            tokens = tuple(token for token in (around[0], chosen, around[1]) if token is not None)
        text = form.before + form.values[place] + form.after
        return Generated(text=text, finish="stop", ids=(), tokens=tokens, spent=scored.spent)

    def _sampling(self, prompt: Prompt, seed: int) -> Any:
        return self.body.sampling(seed, self.engine.checkpoint.context - len(prompt.ids))

    def _choice(self, place: int, said: Generated) -> dict[str, Any]:
        words: dict[str, Any] = {"text": said.text}
        if isinstance(self.body, Chat):
            words = {"message": {"role": "assistant", "content": said.text, "refusal": None}}
        told = None if self.body.told is None else self._logprobs(said.tokens)
        return {"index": place, **words, "logprobs": told, "finish_reason": said.finish}

    def _chunk(
        self, place: int, delta: dict[str, str], *, tokens: Sequence[Token] = (), finish: str | None = None
    ) -> dict[str, Any]:
        words: dict[str, Any] = {"delta": delta}
        if not isinstance(self.body, Chat):
            words = {"text": delta.get("content", "")}
        told = self._logprobs(tokens) if tokens else None
        return self._envelope(
            [{"index": place, **words, "logprobs": told, "finish_reason": finish}], chunk=True
        )

    def _logprobs(self, tokens: Sequence[Token]) -> dict[str, Any]:
        chat = isinstance(self.body, Chat)
        return replies.chat_logprobs(tokens) if chat else replies.completion_logprobs(tokens)

    def _envelope(self, choices: list[dict[str, Any]], *, chunk: bool = False) -> dict[str, Any]:
        chat = isinstance(self.body, Chat)
        kind = f"chat.completion{'.chunk' if chunk else ''}" if chat else "text_completion"
        return {
            "id": f"{'chatcmpl' if chat else 'cmpl'}-{self.id}",
            "object": kind,
            "created": self.created,
            "model": self.body.model,
            "system_fingerprint": self.fingerprint,
            "choices": choices,
        }

    def _usage(self, spent: Sequence[Spent]) -> dict[str, Any]:
        told = replies.usage(spent)
        prompts = len(spent) // self.body.n
        if prompts > 1:
            told["prompt_tokens"] = sum(each.prompt_tokens for each in spent[:: self.body.n])
            told["total_tokens"] = told["prompt_tokens"] + told["completion_tokens"]
        return told

    def _filter(self, spent: Sequence[Spent]) -> dict[str, Any]:
        return {"token_filter": replies.filtered(spent)} if self.engine.settings.filter else {}
