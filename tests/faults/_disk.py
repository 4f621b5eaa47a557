"""A small disk of a test's own: a file system in memory, mounted where the machine lets us."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Disk:
    """A mounted file system; made by `disk`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def grow(self, size: str) -> None:
        """Make room."""
        self._again(f"size={size}")

    def fill(self) -> None:
        """Take all the room that is left; what was begun to be written before keeps its place."""
        with (self.folder / "filler").open("ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError:
                pass

    def free(self) -> None:
        """Give it back."""
        (self.folder / "filler").unlink()

    def close(self, *, again: bool = False) -> None:
        """Let nothing be written any more; `again` lets it."""
        self._again("rw" if again else "ro")

    def _again(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


@contextmanager
def disk(size: str) -> Iterator[Disk]:
    """A disk of a size, such as ``300k``."""
    folder = Path(tempfile.mkdtemp(prefix="homophily-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("no right to mount a small disk: full and closed disks are NOT tried")
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", folder], check=True)
        folder.rmdir()
