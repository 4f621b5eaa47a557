"""Whole files: written aside and put in their place once they are complete, or not written at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from homophily.errors import UsageError

__all__ = ["unwritable", "whole", "write_whole"]

_FULL = (errno.ENOSPC, errno.EDQUOT)
_CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def whole(path: str | Path, what: str = "", *, mode: int = 0o644) -> Iterator[Path]:
    """A new file beside `path`, to be written within; at the end it takes the place of `path`.

    Whatever goes wrong on the way, a file that was there before stays as it was, and no half file is left.

    Args:
        path: Its folder is made if it is not there.
        what: What the file is, for the message, such as ``the report``.
        mode: Who may read and write it; until it is whole, its owner alone.

    Raises:
        UsageError: It cannot be written.
    """
    target = Path(path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # Beside the target, hence on its file system, so that the move is atomic; the suffix tells a
        # figure's form.
        handle, name = tempfile.mkstemp(prefix=".part-", suffix=target.suffix, dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            yield part
            part.chmod(mode)
            _settle(part)
            part.replace(target)
            if os.name == "posix":
                with suppress(OSError):  # some network file systems settle no folder, only files
                    _settle(target.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(target, error, what) from error


def write_whole(path: str | Path, content: bytes | str, what: str = "", *, mode: int = 0o644) -> Path:
    """Write a file whole (text as UTF-8), or leave what was there.

    Raises:
        UsageError: It cannot be written.
    """
    with whole(path, what, mode=mode) as part:
        part.write_bytes(content.encode() if isinstance(content, str) else content)
    return Path(path)


def unwritable(path: str | Path, error: OSError, what: str = "") -> UsageError:
    """The error for a file or folder that cannot be written, with what to do."""
    said = error.strerror or " ".join(str(error).split())
    if error.errno in _FULL or "No space left" in said or "disk is full" in said:
        said = os.strerror(error.errno if error.errno in _FULL else errno.ENOSPC)
        mend = "free some space there, then give the same command again"
    elif error.errno in _CLOSED:
        mend = "check who may write there, or choose another place"
    else:
        mend = "choose another place"
    return UsageError(f"{what}{' ' if what else ''}{str(path)!r} cannot be written ({said}): {mend}.")


def _settle(path: Path) -> None:
    """See to it that a file, or a folder's names, are on the disk before a power cut can come."""
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
