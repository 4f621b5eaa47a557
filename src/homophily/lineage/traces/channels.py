"""Channels: what of a trace an observer is taken to see, as sequences of words."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from homophily.errors import UnknownName
from homophily.lineage.traces.dimensions import read_off
from homophily.lineage.traces.trace import Shapes, Trace

__all__ = ["CHANNELS", "LONG", "words"]
__references__ = ("own", "rafi2022")

#: Microseconds from which an operation counts as long.
LONG = 20.0

#: Each channel, in a phrase.
CHANNELS = {
    "names": "names of operations in order",
    "shapes": "names and shapes",
    "durations": "durations of all operations, without names",
    "long": f"durations of operations of at least {LONG:.0f} µs, without names",
}


def words(trace: Trace, channel: str) -> list[list[str]]:
    """A trace as one channel shows it: sequences of words, of which n-grams are taken apart from each other.

    By name there are two sequences, all operations and those that Python called: what a call does inside
    changes with dtype and version, what is called less so. A shape is told by the roles of its sizes (batch,
    tokens, width of the model, …), so that models of other sizes compare. A duration is told in octaves of
    the trace's median.

    Raises:
        UnknownName: No such channel.
    """
    if channel not in _READ:
        raise UnknownName("channel", channel, CHANNELS)
    return _READ[channel](trace)


def _names(trace: Trace) -> list[list[str]]:
    short = [name.removeprefix("aten::") for name in trace.names]
    return [short, [f"/{short[i]}" for i in np.flatnonzero(trace.depth == 0)]]


def _shapes(trace: Trace) -> list[list[str]]:
    sizes = read_off(trace)
    roles = {
        size: letter
        for size, letter in (
            (sizes.vocabulary, "V"),
            (sizes.inner, "F"),
            (sizes.width, "D"),
            (sizes.heads, "N"),
            (sizes.tokens, "T"),
            (sizes.batch, "B"),
            (sizes.hidden, "H"),
            (1, "1"),
        )
        if size is not None
    }
    told: dict[Shapes, str] = {}
    for each in trace.shapes:
        if each not in told:
            told[each] = ",".join("".join(roles.get(n, ".") for n in shape) for shape in each[:3])
    short = (name.removeprefix("aten::") for name in trace.names)
    shaped = [f"{name}({told[each]})" for name, each in zip(short, trace.shapes, strict=True)]
    return [*_names(trace), [f"/{shaped[i]}" for i in np.flatnonzero(trace.depth == 0)]]


def _durations(trace: Trace, least: float = 0.0) -> list[list[str]]:
    kept = trace.duration[trace.duration >= least]
    if not len(kept):
        return [[]]
    logs = np.log2(np.maximum(kept, 0.05))
    return [[str(level) for level in np.clip(np.round(logs - np.median(logs)), -6, 8).astype(int)]]


_READ: dict[str, Callable[[Trace], list[list[str]]]] = {
    "names": _names,
    "shapes": _shapes,
    "durations": _durations,
    "long": lambda trace: _durations(trace, LONG),
}
