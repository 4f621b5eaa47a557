"""The engine: a checkpoint that generates and scores for any number of callers at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import ExitStack, aclosing
from typing import TYPE_CHECKING

from homophily.inference.checkpoint import Checkpoint
from homophily.inference.requests import ContextFull, Generated, Overloaded, Piece, Prompt, Sampling, Scored

if TYPE_CHECKING:
    from homophily.inference.settings import EngineSettings
    from homophily.inference.totals import Totals

__all__ = ["Engine"]


class Engine:
    """Open it with `Engine.open` or share one by `homophily.inference.pool.lease`.

    Attributes:
        checkpoint: The model.
        prompts: Writes prompts in the model's template.
        settings: What it was opened with.
    """

    def __init__(self, settings: EngineSettings, checkpoint: Checkpoint) -> None:
        from homophily.inference.decoder import Decoder
        from homophily.inference.prompts import Prompts
        from homophily.inference.worker import Worker

        self.settings = settings
        self.checkpoint = checkpoint
        self.prompts = Prompts(checkpoint.tokenizer)
        self._stack = ExitStack()
        filtered, forget = frozenset[int](), None
        if settings.filter:
            from homophily.filtering import TokenFilter

            # Sequences that come and go in one batch are the plain path's, on a GPU too.
            chosen = TokenFilter(**{"path": "plain", **dict(settings.filter)})
            on = self._stack.enter_context(chosen(checkpoint.model))
            filtered, forget = frozenset(on.layers), on.forget
        decoder = Decoder(checkpoint.model, filtered, checkpoint.device, forget)
        self._stack.callback(decoder.close)
        layers = int(checkpoint.model.config.get_text_config(decoder=True).num_hidden_layers)
        lanes = settings.lanes or checkpoint.lanes
        self._worker = Worker(
            decoder, layers, checkpoint.ends, checkpoint.spell, settings, 1 if filtered else lanes
        )
        self._worker.start()

    @classmethod
    def open(cls, settings: EngineSettings) -> Engine:
        """Load a checkpoint and start its worker.

        Raises:
            UsageError: torch is missing, there is no such device, or the model cannot be filtered or batched.
            DataError: The folder cannot be read as a checkpoint.
        """
        return cls(settings, Checkpoint.load(settings))

    @property
    def totals(self) -> Totals:
        """What was done so far."""
        return self._worker.totals

    @property
    def waiting(self) -> int:
        """Requests that nobody has begun to read."""
        return self._worker.waiting

    async def generate(self, prompt: Prompt, sampling: Sampling) -> Generated:
        """Write a text.

        Raises:
            ContextFull: The prompt leaves no room for a single token.
            Overloaded: Too many requests wait.
            RespondentError: The model failed, or the engine was closed.
        """
        async with aclosing(self._written(prompt, sampling, stream=False)) as pieces:
            async for thing in pieces:
                if isinstance(thing, Generated):
                    return thing
        raise AssertionError("a text without an end")

    def stream(self, prompt: Prompt, sampling: Sampling) -> AsyncGenerator[Piece | Generated, None]:
        """Write a text; its words as they come, then the whole. Raises as `generate`."""
        return self._written(prompt, sampling, stream=True)

    async def score(self, prompt: Prompt, options: Sequence[str]) -> Scored:
        """Tell how likely the answer is to begin with each option.

        Args:
            prompt: Up to where the answer begins.
            options: Their words; none need be a single token.

        Raises:
            UsageError: Two options have the same tokens.
            ContextFull: Prompt and longest option do not fit the context.
            Overloaded: Too many requests wait.
            RespondentError: The model failed, or the engine was closed.
        """
        from homophily.inference.jobs import Mailbox, Scoring
        from homophily.inference.options import Options

        told = Options(tuple(self.prompts.option(prompt, text) for text in options))
        self.fits(prompt, max(map(len, told.ids)) - 1)
        mailbox = Mailbox()
        job = Scoring(prompt=prompt, mailbox=mailbox, options=told)
        self.admit()
        self._worker.put(job)
        try:
            scored: Scored = await mailbox.get()
        finally:
            job.cancelled = True
        return scored

    def close(self) -> None:
        """Stop, and let go of the model; whoever still waits is told."""
        self._worker.close()
        self._stack.close()

    async def _written(
        self, prompt: Prompt, sampling: Sampling, *, stream: bool
    ) -> AsyncGenerator[Piece | Generated, None]:
        from homophily.inference.jobs import Mailbox, Writing
        from homophily.inference.sampling import Sampler
        from homophily.inference.words import Words

        self.fits(prompt)
        room = self.checkpoint.context - len(prompt.ids)
        mailbox = Mailbox()
        job = Writing(
            prompt=prompt,
            mailbox=mailbox,
            sampling=sampling,
            sampler=Sampler(sampling),
            limit=min(sampling.max_tokens, room),
            words=Words(self.checkpoint.tokenizer, (*sampling.stop, *prompt.stops), prompt.lead),
            stream=stream,
        )
        self.admit()
        self._worker.put(job)
        try:
            while True:
                thing = await mailbox.get()
                yield thing
                if isinstance(thing, Generated):
                    return
        finally:
            job.cancelled = True

    def admit(self) -> None:
        """See whether a further request may wait.

        Raises:
            Overloaded: As many wait as may.
        """
        limit = self.settings.waiting
        if limit and self.waiting >= limit:
            raise Overloaded(f"{limit} requests are waiting already; try again later.")

    def fits(self, prompt: Prompt, more: int = 1) -> None:
        """See whether a prompt leaves room for so many tokens more.

        Raises:
            ContextFull: It does not.
        """
        length, context = len(prompt.ids), self.checkpoint.context
        if length + more > context:
            raise ContextFull(
                f"the prompt has {length:,} tokens and the model's context is {context:,}: "
                "shorten what is told, or take a model with a longer context."
            )
