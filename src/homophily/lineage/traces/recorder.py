"""The recorder: torch.profiler around code of your own, in your own process."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from homophily.errors import UsageError
from homophily.lineage.traces.trace import ABOUT, Shapes, Trace

__all__ = ["record"]

#: Namespaces of torch itself. An operator of any other is told as ``custom::op``: its name may tell whose.
_OURS = frozenset({"aten", "inductor", "mkldnn", "onednn", "prims", "quantized", "torch", "torchvision"})
_OPERATOR = re.compile(r"([a-z_]\w*)::([A-Za-z_]\w*)")


@contextmanager
def record(**about: str | int) -> Iterator[Trace]:
    """Record what runs inside the block; the trace is empty until the block ends.

    The profiler sees this process alone. Kept are operators of torch and kernels, their arguments' shapes,
    nesting and times; dropped are annotations, stacks, threads, process ids, and names of operators that are
    not torch's.

    Args:
        **about: What else to tell of the circumstances; names and types as in `ABOUT`.

    Raises:
        UsageError: A circumstance that a trace does not hold, a profiler that already runs, or no torch.
    """
    for key, value in about.items():
        if type(value) is not ABOUT.get(key):
            raise UsageError(f"a trace holds no {key}={value!r}; it holds {', '.join(ABOUT)}.")
    os.environ.setdefault("KINETO_LOG_LEVEL", "99")  # else its library prints process ids on stderr
    try:
        import torch
        from torch.profiler import ProfilerActivity, profile
    except ModuleNotFoundError as error:
        raise UsageError("recording needs torch: pip install 'homophily[local]'.") from error

    if torch.autograd._profiler_enabled():  # type: ignore[attr-defined]
        raise UsageError("a profiler already runs in this process; end it before recording a trace.")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    activities = [ProfilerActivity.CPU, *([ProfilerActivity.CUDA] if device == "cuda" else [])]
    trace = Trace({**_circumstances(torch, device), **about})
    with profile(activities=activities, record_shapes=True) as profiler:
        yield trace
        if device == "cuda":
            torch.cuda.synchronize()
    _fill(trace, profiler.events() or [])


def _circumstances(torch: Any, device: str) -> Mapping[str, str | int]:
    told: dict[str, str | int] = {
        "torch": str(torch.__version__).split("+")[0],
        "device": device,
        "threads": torch.get_num_threads(),
    }
    if "transformers" in sys.modules:
        told["transformers"] = str(sys.modules["transformers"].__version__)
    return told


def _fill(trace: Trace, events: Any) -> None:
    kept: list[tuple[float, int, str, Shapes, float]] = []
    for event in events:
        on_device = str(event.device_type).rsplit(".", 1)[-1] != "CPU"
        name = _kernel(event.name) if on_device else _operator(event.name)
        if name is None or event.is_user_annotation:
            continue
        depth = -1 if on_device else _depth(event)
        span = event.time_range
        kept.append((span.start, depth, name, _shapes(event.input_shapes), span.elapsed_us()))
    kept.sort(key=lambda each: each[:2])
    first = kept[0][0] if kept else 0.0
    trace.names = [each[2] for each in kept]
    trace.shapes = [each[3] for each in kept]
    trace.depth = np.array([each[1] for each in kept], np.int16)
    trace.start = np.array([each[0] - first for each in kept], float)
    trace.duration = np.array([max(each[4], 0.0) for each in kept], float)


def _operator(name: str) -> str | None:
    found = _OPERATOR.fullmatch(name)
    if found is None:
        return None
    return name if found[1] in _OURS else "custom::op"


def _kernel(name: str) -> str | None:
    """A kernel's symbol without return type, template arguments and parameters."""
    found = re.match(r"(?:void\s+)?([A-Za-z_][\w:]*)", name.replace("(anonymous namespace)", "anonymous"))
    return found[1][:120] if found else None


def _depth(event: Any) -> int:
    depth, parent = 0, event.cpu_parent
    while parent is not None:
        depth += _operator(parent.name) is not None
        parent = parent.cpu_parent
    return min(depth, 1000)


def _shapes(given: Any) -> Shapes:
    """Shapes of tensor arguments; what is not a flat list of integers (tensors in lists) is left empty."""
    return tuple(
        tuple(int(n) for n in shape) if all(isinstance(n, int) for n in shape) else ()
        for shape in given or ()
    )
