"""Writing a file whole."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from homophily.errors import UsageError

__all__ = ["keep"]


def keep(path: Path, content: bytes) -> Path:
    """Write a file whole, or leave what was there.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror or error}.") from error
    return path
