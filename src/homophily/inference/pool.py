"""The pool: one engine for all in a process who ask for the same settings."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homophily.inference.engine import Engine
    from homophily.inference.settings import EngineSettings

__all__ = ["lease", "release"]


@dataclass(slots=True)
class _Shared:
    engine: Future[Engine]
    leases: int = 0


_SHARED: dict[EngineSettings, _Shared] = {}
_LOCK = threading.Lock()


def lease(settings: EngineSettings) -> Engine:
    """The engine of these settings, opened by the first who asks; blocks while it loads.

    Each lease is given back once by `release`; with the last one the engine closes.

    Raises:
        UsageError: See `Engine.open`.
        DataError: The folder cannot be read as a checkpoint.
    """
    from homophily.inference.engine import Engine

    with _LOCK:
        shared = _SHARED.setdefault(settings, _Shared(Future()))
        shared.leases += 1
        first = shared.leases == 1
    if first:
        try:
            shared.engine.set_result(Engine.open(settings))
        except BaseException as error:
            with _LOCK:
                _SHARED.pop(settings, None)
            shared.engine.set_exception(error)
    return shared.engine.result()


def release(settings: EngineSettings) -> None:
    """Give one lease back."""
    with _LOCK:
        shared = _SHARED.get(settings)
        if shared is None:
            return
        shared.leases -= 1
        if shared.leases:
            return
        del _SHARED[settings]
    shared.engine.result().close()
