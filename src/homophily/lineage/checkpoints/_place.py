"""Reading at a place of an open file, by several threads, into memory that is there."""

from __future__ import annotations

import os
import threading
from pathlib import Path

__all__ = ["opened", "read_into"]

_SEEKING = threading.Lock()


def opened(path: Path) -> int:
    """A descriptor for reading bytes as they are.

    Raises:
        OSError: The file cannot be opened.
    """
    return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def read_into(descriptor: int, view: memoryview, place: int) -> int:
    """Read into all or the beginning of `view`; the number of bytes, 0 at the file's end.

    Raises:
        OSError: The file cannot be read.
    """
    if hasattr(os, "preadv"):
        return os.preadv(descriptor, [view], place)
    # Windows has one place a file: a thread moves it and reads before another does.
    with _SEEKING:
        os.lseek(descriptor, place, os.SEEK_SET)
        found = os.read(descriptor, len(view))
    view[: len(found)] = found
    return len(found)
