"""Disks of a test's own, mounted where the machine lets us: small ones in memory, and one that can fail."""

from __future__ import annotations

import shutil
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

    def close(self) -> None:
        """Let nothing be written any more."""
        self._again("ro")

    def _again(self, how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", self.folder], check=True)


class Image:
    """A disk in a file, with the file system that real disks have; made by `image`."""

    def __init__(self, file: Path, folder: Path) -> None:
        self._file, self.folder = file, folder

    def mount(self) -> bool:
        """Mount it; False where the machine does not let us."""
        command = ["mount", "-o", "loop", self._file, self.folder]
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    def fail(self) -> None:
        """Let the file system meet an error: from now on it may only be read, whatever is open."""
        subprocess.run(["mount", "-o", "remount,abort", self.folder], check=True)

    def unmount(self) -> None:
        """Unmount it, as before a repair."""
        subprocess.run(["umount", self.folder], check=True)

    def repair(self) -> None:
        """Unmount, check and mount again."""
        self.unmount()
        subprocess.run(["e2fsck", "-fy", self._file], check=False, capture_output=True)
        assert self.mount()


@contextmanager
def image(size: str) -> Iterator[Image]:
    """A disk of a size, such as ``16M``, with ext4 on it."""
    folder = Path(tempfile.mkdtemp(prefix="homophily-disk-"))
    disk, made = folder / "disk", Image(folder / "image", folder / "disk")
    disk.mkdir()
    try:
        if shutil.which("mkfs.ext4") is None:
            pytest.skip("no mkfs.ext4: a disk that fails in mid-run is NOT tried")
        subprocess.run(["mkfs.ext4", "-q", folder / "image", size], check=True, capture_output=True)
        if not made.mount():
            pytest.skip("no right to mount a disk: one that fails in mid-run is NOT tried")
        try:
            yield made
        finally:
            made.unmount()
    finally:
        shutil.rmtree(folder)


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
