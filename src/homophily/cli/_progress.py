"""Progress of a command on stderr: a bar in a terminal, lines elsewhere, nothing where it is to be quiet."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["shown"]


@contextmanager
def shown(*, quiet: bool, every: float = 10.0) -> Iterator[Callable[[str, int, int], None]]:
    """Progress on stderr: a bar in a terminal, a line every so many seconds elsewhere."""
    if quiet:
        yield lambda what, done, total: None
    elif sys.stderr.isatty():
        with _bar() as told:
            yield told
    else:
        yield _lines(every)


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def told(what: str, done: int, total: int) -> None:
            if progress.tasks[0].description != what:
                progress.reset(task)
            progress.update(task, description=what, completed=done, total=total)

        yield told


def _lines(every: float) -> Callable[[str, int, int], None]:
    due = [time.monotonic() + every]

    def told(what: str, done: int, total: int) -> None:
        if time.monotonic() >= due[0]:
            due[0] = time.monotonic() + every
            print(f"{what}: {done}/{total}", file=sys.stderr, flush=True)

    return told
