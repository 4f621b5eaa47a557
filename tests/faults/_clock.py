"""A wall clock of a process's own that can be set while it runs; the monotonic clock goes on as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

_LIBRARY = [
    *Path("/usr/lib").glob("*/faketime/libfaketime.so.1"),
    *Path("/usr/lib/faketime").glob("libfaketime.so.1"),
    *Path("/usr/local/lib/faketime").glob("libfaketime.so.1"),
]


class Clock:
    """The clock of the commands that are started with its `environment`.

    Args:
        file: Where it is set.
    """

    def __init__(self, file: Path) -> None:
        if not _LIBRARY:
            pytest.skip("libfaketime is not installed: jumps of the clock are NOT tried")
        self._file = file
        self.set("+0d")
        self.environment = {
            "LD_PRELOAD": str(_LIBRARY[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",  # which makes every wait for a thread turn in circles
        }

    def set(self, offset: str) -> None:
        """Set it so far off the true time, such as ``-3y``, ``+6h``."""
        half = self._file.with_suffix(".part")
        half.write_text(f"{offset}\n")
        half.replace(self._file)
