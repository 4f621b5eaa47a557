"""The lock: one runner a run's folder; the system frees it when the process ends, however it ends."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from homophily.errors import UsageError
from homophily.whole import unwritable

__all__ = ["locked"]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds the folder for this process.

    Who holds it is written into the file ``lock``, for the message; whether it is held, the system alone
    knows, so that a process that was killed leaves nothing to clear away.

    Raises:
        UsageError: Another process plays this run, the folder cannot be written, or its file system knows no
            locks.
    """
    path = folder / "lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise unwritable(folder, error, "the run's folder") from error
    try:
        _hold(descriptor, folder)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def _hold(descriptor: int, folder: Path) -> None:
    try:
        _take(descriptor)
    except OSError as error:
        if error.errno in _HELD:
            raise UsageError(
                f"another process{_holder(descriptor)} is playing the run in {str(folder)!r}; wait for it, "
                "or stop it with Ctrl-C."
            ) from None
        raise UsageError(
            f"the run's folder {str(folder)!r} cannot be locked ({error.strerror}): its file system knows no "
            "locks, without which two processes could play one run at once; choose a --folder on another."
        ) from error


def _holder(descriptor: int) -> str:
    """Who holds the lock, as far as it is written there."""
    try:
        told = os.pread(descriptor, 200, 0).decode("utf-8", "replace").split()
    except (OSError, AttributeError):  # a locked file cannot be read on Windows, which also has no pread
        return ""
    return f" (number {told[0]} on {told[1]})" if len(told) == 2 else ""


def _sign(descriptor: int) -> None:
    try:
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()} {socket.gethostname()}\n".encode())
    except OSError:  # a full disk: the lock holds all the same
        pass


if sys.platform == "win32":
    import msvcrt

    _HELD = (errno.EACCES, errno.EDEADLK)

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    _HELD = (errno.EWOULDBLOCK, errno.EACCES)

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
