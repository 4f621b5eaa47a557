"""Servers that end with the command that started them, even where that is killed."""

from __future__ import annotations

import os
import signal
import sys
import threading

__all__ = ["TIED", "stop_with_parent"]

#: Set in the environment of a server whose standard input its parent holds open.
TIED = "HOMOPHILY_TIED"


def stop_with_parent() -> None:
    """Stop this process, as Ctrl-C would, once its standard input ends; only where `TIED` is set.

    The pipe closes when the parent ends, however it ends, on every system.
    """
    if os.environ.get(TIED) == "1":
        threading.Thread(target=_watch, name="homophily-tied", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    signal.raise_signal(signal.SIGTERM)
