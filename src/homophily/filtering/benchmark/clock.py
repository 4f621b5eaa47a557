"""The clock: wall or processor time, after the device has finished what it was given."""

from __future__ import annotations

import time
from typing import Any, Literal

import torch

__all__ = ["Clock"]


class Clock:
    """Marks moments and tells the seconds between them.

    On CUDA a moment is an event on the current stream, and reading waits for the device. On a CPU it is the
    wall's time or, on a machine with other work, this process's processor time (all threads together).

    Args:
        device: Where the work is done.
        kind: ``wall`` or ``cpu``; CUDA knows the former alone.
    """

    def __init__(self, device: torch.device, kind: Literal["wall", "cpu"] = "wall") -> None:
        self._cuda = device.type == "cuda"
        self._device = device
        self._now = time.process_time if kind == "cpu" else time.perf_counter
        self._marks: list[Any] = []

    def start(self) -> None:
        """Begin, with an idle device."""
        if self._cuda:
            torch.cuda.synchronize(self._device)
        self._marks = []
        self.mark()

    def mark(self) -> None:
        """Mark this moment."""
        if self._cuda:
            event: Any = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
            event.record(torch.cuda.current_stream(self._device))
            self._marks.append(event)
        else:
            self._marks.append(self._now())

    def seconds(self) -> list[float]:
        """The seconds between each two marks that follow one another."""
        if self._cuda:
            torch.cuda.synchronize(self._device)
        pairs = zip(self._marks, self._marks[1:], strict=False)
        if self._cuda:
            return [before.elapsed_time(after) / 1000 for before, after in pairs]
        return [after - before for before, after in pairs]
