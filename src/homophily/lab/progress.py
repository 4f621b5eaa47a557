"""Progress: how a run goes on, for those who watch it in a terminal or read it in a log."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from homophily.lab.events import (
    Answered,
    Event,
    Observer,
    RunStarted,
    RunStopping,
    SessionFailed,
    SessionFinished,
    Staffed,
    WorkerLost,
)

__all__ = ["Progress", "shown"]

_RECENT = 20.0


class Progress:
    """Counts a run's events; an observer.

    Attributes:
        total: Sessions of the design.
        done: Sessions finished, those of earlier parts of the run included.
        asks: Asks answered now; recorded ones that return at once do not count.
        workers: Of a cluster; None where the run is played in this process.
        lost: Workers lost.
    """

    def __init__(self) -> None:
        self.run = ""
        self.stopping = False
        self.total = self.done = self.failed = self.asks = self.missing = self.cached = self.tokens = 0
        self.cost = 0.0
        self.workers: int | None = None
        self.lost = 0
        self._begun = time.monotonic()
        self._before = 0
        self._recent: deque[tuple[float, int]] = deque([(self._begun, 0)])

    def __call__(self, event: Event) -> None:
        """Count one event."""
        if isinstance(event, Answered):
            if not event.recorded:
                self._answered(event)
        elif isinstance(event, SessionFinished):
            self.done += 1
        elif isinstance(event, SessionFailed):
            self.failed += 1
        elif isinstance(event, RunStopping):
            self.stopping = True
        elif isinstance(event, Staffed):
            self.workers = event.workers
        elif isinstance(event, WorkerLost):
            self.lost += 1
        elif isinstance(event, RunStarted):
            self.run, self.total = event.run, event.sessions
            self.done = self._before = event.finished

    def rate(self) -> float:
        """Asks a second, over the last 20 seconds."""
        now = time.monotonic()
        if now - self._recent[-1][0] > 0.5:
            self._recent.append((now, self.asks))
        while len(self._recent) > 2 and now - self._recent[0][0] > _RECENT:
            self._recent.popleft()
        then, asks = self._recent[0]
        return (self.asks - asks) / max(now - then, 1e-9)

    def left(self) -> float | None:
        """Seconds to the end at the pace of this part of the run; None before the first session is done."""
        now_done = self.done - self._before
        if not now_done:
            return None
        return (time.monotonic() - self._begun) / now_done * max(self.total - self.done - self.failed, 0)

    def line(self) -> str:
        """The whole state in one line."""
        left = self.left()
        parts = [f"{self.done}/{self.total} sessions", f"{self.asks} asks", f"{self.rate():.0f}/s"]
        parts += [f"{self.tokens} tokens"] if self.tokens else []
        parts += [f"{self.cost:.4f} USD"] if self.cost else []
        parts += [f"{self.cached} cached"] if self.cached else []
        parts += [f"{self.missing} missing"] if self.missing else []
        parts += [f"{self.failed} failed"] if self.failed else []
        if self.workers is not None and self.done < self.total:
            parts += [f"{self.workers} worker{'' if self.workers == 1 else 's'}"]
            parts += [f"{self.lost} lost"] if self.lost else []
        if self.stopping:
            parts += ["stopping: waiting for asks under way (Ctrl-C gives them up)"]
        elif left:
            parts += [f"{_duration(left)} left"]
        return " · ".join(parts)

    def _answered(self, event: Answered) -> None:
        answer = event.answer
        self.asks += 1
        self.missing += answer.missing is not None
        if answer.cached:
            self.cached += 1
            return
        self.tokens += answer.usage.prompt_tokens + answer.usage.completion_tokens
        self.cost += answer.usage.cost or 0.0


@contextmanager
def shown(*, quiet: bool = False, stream: TextIO | None = None, every: float = 10.0) -> Iterator[Observer]:
    """An observer that shows progress: live in a terminal, as lines elsewhere, not at all when quiet.

    Args:
        quiet: Count, but show nothing.
        stream: Where to; the error stream by default, so that output can be piped.
        every: Seconds between lines where there is no terminal.
    """
    stream = stream or sys.stderr
    progress = Progress()
    if quiet:
        yield progress
    elif stream.isatty():
        with _live(progress, stream):
            yield progress
    else:
        yield _Lines(progress, stream, every)
        print(progress.line(), file=stream, flush=True)


class _Lines:
    """Says how it goes every so many seconds."""

    def __init__(self, progress: Progress, stream: TextIO, every: float) -> None:
        self._progress, self._stream, self._every = progress, stream, every
        self._next = time.monotonic() + every

    def __call__(self, event: Event) -> None:
        self._progress(event)
        if isinstance(event, SessionFailed):
            print(f"session {event.session} failed: {event.error}", file=self._stream, flush=True)
        elif isinstance(event, WorkerLost):
            print(_loss(event), file=self._stream, flush=True)
        elif isinstance(event, RunStopping):
            self._next = 0.0
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + self._every
            print(self._progress.line(), file=self._stream, flush=True)


@contextmanager
def _live(progress: Progress, stream: TextIO) -> Iterator[None]:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress_bar import ProgressBar
    from rich.text import Text

    class View:
        def __rich__(self) -> Any:
            bar = ProgressBar(total=max(progress.total, 1), completed=progress.done, width=48)
            return Group(Text(progress.run, style="bold"), bar, Text(progress.line()))

    with Live(View(), console=Console(file=stream), refresh_per_second=4):
        yield


def _loss(event: WorkerLost) -> str:
    where = f" on {event.place}" if event.place else ""
    return f"a worker{where} was lost ({event.why}); its {event.sessions} sessions go to others"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    )
