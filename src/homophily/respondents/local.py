"""A model in this process, from a checkpoint's folder, with Token Filtering if wished.

Closed items are answered by the options' probabilities: how likely the model is to begin its answer with each
scale point or letter. Nothing needs to be read from words, no answer is missing for its form, and the whole
distribution is recorded. Free text is drawn with the ask's seed.
Needs the extra ``local``.
"""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from homophily.asks import Answer, Ask, Usage
from homophily.errors import UsageError
from homophily.inference import EngineSettings
from homophily.inference.settings import DTypes
from homophily.items import Choice, Item, Likert, Number, Text, Value
from homophily.respondents._messages import messages
from homophily.respondents._reading import read
from homophily.respondents._reply import noted
from homophily.seeds import generator
from homophily.wire import Reply

if TYPE_CHECKING:
    from homophily.inference.engine import Engine
    from homophily.inference.requests import Prompt, Scored, Spent

__all__ = ["Local"]
__references__ = ("bavarian2016", "daliri2024", "paszke2019", "wolf2020")


class Local(BaseModel):
    """A checkpoint that sits in a seat; respondents of equal settings share it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "", description="The checkpoint's folder; the reference model that is shipped if empty."
    )
    filter: float | dict[str, Any] | None = Field(
        None, description="Token Filtering: a ratio, or a table of `TokenFilter`'s settings; none for none."
    )
    dtype: DTypes = Field("auto", description="Of the computation; float32 on a CPU, else the checkpoint's.")
    device: str = Field("auto", description="auto (a GPU if there is one), cpu, cuda, cuda:1, …")
    batch: int = Field(64, ge=1, description="Texts written at the same time at most.")
    prefill: int = Field(
        0, ge=0, description="Tokens of prompts read in one step; 0 is 2,048 on a CPU, else 16,384."
    )
    memory: int = Field(4096, ge=1, description="MiB for keys and values of texts being written.")
    prefixes: int = Field(2048, ge=0, description="MiB for beginnings of prompts, kept to be shared.")
    top_p: float = Field(
        1.0, gt=0, le=1, description="Free text: draw among the likeliest tokens up to this."
    )
    points: int = Field(
        101, ge=0, description="Numbers: score whole numbers on a line of so many at most, else read words."
    )
    cut: Literal["missing", "kept"] = Field(
        "missing", description="Free text that reaches max_tokens: missing, as elsewhere, or kept as it is."
    )
    merge: bool = Field(True, description="Join neighbouring turns of one role and let the user begin.")

    _engine: Any = PrivateAttr(None)
    _known: dict[str, Any] | None = PrivateAttr(None)
    _lock: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def describe(self) -> dict[str, Any]:
        """The effective settings, and a hash of the checkpoint's content."""
        from homophily.inference.checkpoint import digest

        return self.model_dump(mode="json") | {"model": self._folder(), "checkpoint": digest(self._folder())}

    async def check(self) -> None:
        """Load the model before a run.

        Raises:
            UsageError: torch is missing, the folder is no checkpoint, or the model cannot be filtered.
            DataError: The checkpoint cannot be read.
        """
        await self._open()

    async def aclose(self) -> None:
        """Let go of the model; it is unloaded when nobody else holds it."""
        await asyncio.to_thread(self._release)

    def settings(self) -> EngineSettings:
        """What the engine is opened with."""
        return EngineSettings(
            model=self._folder(),
            dtype=self.dtype,
            device=self.device,
            filter=EngineSettings.pairs(self.filter),
            batch=self.batch,
            prefill=self.prefill,
            memory=self.memory,
            prefixes=self.prefixes,
        )

    async def answer(self, ask: Ask) -> Answer:
        """Put one ask to the model.

        Raises:
            RespondentError: The model failed.
        """
        from homophily.inference.requests import ContextFull

        if notice := noted(ask.item, model=Path(self._folder()).name):
            return notice
        engine = await self._open()
        began = time.perf_counter()
        prompt = engine.prompts.chat(self._turns(ask), self._turns(replace(ask, item=_OTHER)))
        options = self._options(ask.item)
        try:
            if options:
                return self._chosen(ask, options, await engine.score(prompt, list(options)), engine)
            return await self._spoken(ask, prompt, engine)
        except ContextFull as error:
            usage = Usage(prompt_tokens=len(prompt.ids), seconds=time.perf_counter() - began)
            return Answer(missing="truncated", usage=usage, record={**self._about(engine), "why": str(error)})

    async def _spoken(self, ask: Ask, prompt: Prompt, engine: Engine) -> Answer:
        from homophily.inference.requests import Sampling

        sampling = Sampling(
            max_tokens=ask.max_tokens, temperature=ask.temperature, top_p=self.top_p, seed=ask.seed
        )
        said = await engine.generate(prompt, sampling)
        value, missing, why = read(ask.item, Reply(said.text, finish=said.finish))
        if missing == "truncated" and self.cut == "kept" and isinstance(ask.item, Text) and said.text.strip():
            value, missing, why = ask.item.read(said.text), None, ""
        record = self._about(engine) | self._took(said.spent) | {"finish": said.finish}
        record["parameters"] = {
            "temperature": ask.temperature,
            "top_p": self.top_p,
            "max_tokens": ask.max_tokens,
            "seed": ask.seed,
        }
        if missing:
            record["why"] = why
        return Answer(value=value, missing=missing, raw=said.text, usage=_usage(said.spent), record=record)

    def _chosen(self, ask: Ask, options: dict[str, Value], scored: Scored, engine: Engine) -> Answer:
        """The likeliest option at temperature 0, else one drawn with the ask's seed."""
        told = scored.distribution()
        if ask.temperature > 0:
            race = generator("option", ask.seed).standard_exponential(len(options))
            weights = scored.distribution(ask.temperature)
            place = min(range(len(options)), key=lambda i: race[i] / max(weights[i], 1e-300))
        else:
            place = max(range(len(options)), key=lambda i: (told[i], -i))
        said = list(options)[place]
        return Answer(
            value=options[said],
            raw=said,
            distribution=dict(zip(map(_named, options.values()), told, strict=True)),
            usage=_usage(scored.spent),
            record=self._about(engine)
            | self._took(scored.spent)
            | {
                "option_mass": scored.mass,
                "parameters": {"temperature": ask.temperature, "seed": ask.seed, "answered_by": "scores"},
            },
        )

    def _turns(self, ask: Ask) -> list[dict[str, str]]:
        return messages(ask, system_role="system", merge=self.merge)

    def _options(self, item: Item) -> dict[str, Value]:
        """What may be said, with what it means; empty where words are read."""
        if isinstance(item, Likert):
            return {str(point): point for point in range(item.low, item.high + 1)}
        if isinstance(item, Choice):
            return {letter: option.id for letter, option in item.letters().items()}
        if isinstance(item, Number):
            low, high = int(item.low), int(item.high)
            if (low, high) == (item.low, item.high) and high - low < self.points:
                return {str(point): float(point) for point in range(low, high + 1)}
        return {}

    def _about(self, engine: Engine) -> dict[str, Any]:
        from homophily.inference.checkpoint import digest

        if self._known is None:  # what was loaded stays what it is, whatever becomes of the files
            self._known = {
                "model": Path(self._folder()).name,
                "checkpoint": digest(self._folder())[:16],
                "dtype": engine.checkpoint.dtype,
                "device": engine.checkpoint.device,
            }
        return self._known

    def _took(self, spent: Spent) -> dict[str, Any]:
        """What the model did for an answer, and what filtering spared it; `homophily.lab.spent` reads it."""
        told = {"seconds": round(spent.computed, 6), "shared_tokens": spent.shared_tokens}
        computed = {"computed": told | {"attended": spent.attended}}
        if not self.filter:
            return computed
        spared = {"skipped": spent.filtered, "saved_bytes": spent.saved_bytes}
        return computed | {"filter": {"asked": self.filter, "attained": round(spent.ratio, 4), **spared}}

    def _folder(self) -> str:
        if self.model:
            return self.model
        try:
            from homophily.filtering.reference import FOLDER
        except ModuleNotFoundError:
            raise UsageError("a local respondent needs `model`, the folder of a checkpoint.") from None
        return str(FOLDER)

    async def _open(self) -> Engine:
        if self._engine is None:
            await asyncio.to_thread(self._lease)
        engine: Engine = self._engine
        return engine

    def _lease(self) -> None:
        from homophily.inference.pool import lease

        with self._lock:
            if self._engine is None:
                self._engine = lease(self.settings())

    def _release(self) -> None:
        from homophily.inference.pool import release

        with self._lock:
            if self._engine is not None:
                self._engine = self._known = None
                release(self.settings())


#: Stands for any other item, to see where an ask's beginning ends.
_OTHER = Text(id="other", text="\u241f")


def _named(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _usage(spent: Spent) -> Usage:
    return Usage(
        prompt_tokens=spent.prompt_tokens, completion_tokens=spent.completion_tokens, seconds=spent.seconds
    )
