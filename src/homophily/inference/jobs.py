"""Jobs: requests on their way through the worker, and the way back to whoever waits."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from homophily.errors import HomophilyError, RespondentError
from homophily.inference.requests import Generated, Piece, Prompt, Sampling, Scored, Spent, Token
from homophily.inference.sampling import Sampler

if TYPE_CHECKING:
    from homophily.filtering.rows import Row
    from homophily.inference.options import Options
    from homophily.inference.prefixes import Beginnings
    from homophily.inference.words import Words

__all__ = ["Job", "Mailbox", "Scoring", "Writing"]


class Mailbox:
    """Carries results from the worker's thread to the event loop that asked."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Piece | Generated | Scored | Exception] = asyncio.Queue()

    def put(self, thing: Piece | Generated | Scored | Exception) -> None:
        """From any thread; what comes after the loop has closed is dropped."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._queue.put_nowait, thing)

    def fail(self, error: Exception) -> None:
        """Send what went wrong, in one line."""
        if not isinstance(error, HomophilyError):
            line = str(error).strip().splitlines()
            error = RespondentError(f"the model failed: {type(error).__name__}: {line[0] if line else ''}")
        self.put(error)

    async def get(self) -> Any:
        """The next result.

        Raises:
            Exception: What went wrong with the request.
        """
        thing = await self._queue.get()
        if isinstance(thing, Exception):
            raise thing
        return thing


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """A request.

    Attributes:
        prompt: What is read.
        mailbox: Where results go.
        beginnings: The prompt's beginnings, once the worker has seen it.
        past: What the model remembers of it so far.
        shared: Tokens that had been computed for others.
        cancelled: Whether nobody waits any more.
        computed: Seconds of the model's steps that were its own so far.
    """

    prompt: Prompt
    mailbox: Mailbox
    beginnings: Beginnings | None = None
    past: Row | None = None
    shared: int = 0
    cancelled: bool = False
    computed: float = 0.0
    arrived: float = field(default_factory=time.perf_counter)

    @property
    def ids(self) -> tuple[int, ...]:
        """All that is to be read before the next word."""
        return self.prompt.ids

    @property
    def unread(self) -> int:
        """Tokens still to be read."""
        return len(self.ids) - (0 if self.past is None else self.past.length)

    def spent(self, layers: int, written: int, filtered: int, saved: int) -> Spent:
        """What the request took, at its end."""
        length = len(self.prompt.ids) + max(written - 1, 0)
        return Spent(
            prompt_tokens=len(self.prompt.ids),
            shared_tokens=self.shared,
            completion_tokens=written,
            attended=length * layers,
            filtered=filtered,
            saved_bytes=saved,
            seconds=time.perf_counter() - self.arrived,
            computed=self.computed,
        )


@dataclass(slots=True, kw_only=True, eq=False)
class Scoring(Job):
    """Options to be scored."""

    options: Options

    @property
    def question(self) -> tuple[object, ...]:
        """Equal for equal questions."""
        return self.prompt.ids, self.options.ids


@dataclass(slots=True, kw_only=True, eq=False)
class Writing(Job):
    """A text to be written.

    Attributes:
        limit: Tokens it may have, by its own limit and the context's.
        words: The text so far.
        stream: Whether words are sent as they come.
    """

    sampling: Sampling
    sampler: Sampler
    limit: int
    words: Words
    stream: bool = False
    written: list[int] = field(default_factory=list)
    told: list[Token] = field(default_factory=list)
    unsent: list[Token] = field(default_factory=list)

    @property
    def ids(self) -> tuple[int, ...]:
        """The prompt, and what was written before the sequence had to be read anew."""
        return (*self.prompt.ids, *self.written) if self.written else self.prompt.ids

    @property
    def length(self) -> int:
        """Tokens that the sequence may come to."""
        return len(self.prompt.ids) + self.limit

    def take(self, token: int, ends: bool, told: Token | None) -> str:
        """Add a token; returns why the text ends with it, or nothing."""
        self.written.append(token)
        new = "" if ends else self.words.add(token)
        if told is not None and not ends:
            self.told.append(told)
            self.unsent.append(told)
        finish = "stop" if ends or self.words.stopped else "length" if len(self.written) >= self.limit else ""
        if finish:
            new += self.words.end()
        if self.stream and (new or (finish and self.unsent)):
            self.mailbox.put(Piece(new, tuple(self.unsent)))
            self.unsent = []
        return finish

    def done(self, finish: str, spent: Spent) -> None:
        """Send the whole."""
        self.mailbox.put(
            Generated(
                text=self.words.text,
                finish=finish,
                ids=tuple(self.written),
                tokens=tuple(self.told),
                spent=spent,
            )
        )
