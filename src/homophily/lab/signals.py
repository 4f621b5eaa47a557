"""Signals: Ctrl-C and termination become a call in the event loop."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["heard"]


@contextmanager
def heard(call: Callable[[], None]) -> Iterator[None]:
    """Within, SIGINT and SIGTERM run `call` in the running loop; outside the main thread, nothing does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()

    def on_signal(number: int, frame: Any) -> None:
        loop.call_soon_threadsafe(call)

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
