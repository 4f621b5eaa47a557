"""A trace: the operations one forward pass ran, in order, with shapes and durations and nothing of whose."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["ABOUT", "Trace"]

#: All that a trace may tell beside its events. No host, path, process, user, date, device model, or weight.
ABOUT = {
    "torch": str,
    "transformers": str,
    "device": str,
    "dtype": str,
    "threads": int,
    "tokens": int,
    "batch": int,
    "architecture": str,
    "implementation": str,
}

Shapes = tuple[tuple[int, ...], ...]


@dataclass(slots=True, eq=False)
class Trace:
    """Operations in the order in which they started.

    All columns have one entry an event, ``(events,)``.

    Attributes:
        about: Circumstances; keys and types are those of `ABOUT`, all optional.
        names: Operators such as ``aten::addmm``; kernels by their symbol without template arguments.
        shapes: Of each tensor argument; ``()`` where the argument has none.
        depth: 0 for what Python called, 1 for what that called, and so on; −1 for a kernel on a device.
        start: Microseconds since the first event.
        duration: Microseconds; an operator's includes those it calls.
    """

    about: dict[str, str | int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    shapes: list[Shapes] = field(default_factory=list)
    depth: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, np.int16))
    start: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    duration: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __len__(self) -> int:
        return len(self.names)

    def keep(self, chosen: NDArray[np.bool_] | NDArray[np.intp]) -> Trace:
        """The trace of some events alone: a mask ``(events,)``, or indices in order."""
        places = np.flatnonzero(chosen) if chosen.dtype == bool else chosen
        return Trace(
            dict(self.about),
            [self.names[i] for i in places],
            [self.shapes[i] for i in places],
            self.depth[places],
            self.start[places],
            self.duration[places],
        )
