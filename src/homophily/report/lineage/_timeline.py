"""The figure of a trace: its operations over time, and one block in full."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from homophily.lineage.traces.skeleton import ATTENTION, skeleton, towers
from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage.traces import Trace

__all__ = ["KINDS", "draw", "kind_of", "layers_of"]

#: Kinds of operation, each with the words that tell it.
KINDS = {
    "Attention": ("scaled_dot_product", "bmm", "softmax"),
    "Product with weights": ("mm", "linear", "matmul"),
    "Norm": ("norm", "rsqrt", "pow", "mean"),
    "Elementwise": (
        "gelu",
        "silu",
        "relu",
        "tanh",
        "mul",
        "add",
        "sub",
        "div",
        "neg",
        "exp",
        "where",
        "mask",
    ),
    "Embedding": ("embedding", "index", "arange"),
    "Shapes and copies": (),
}


def kind_of(name: str) -> str:
    """The kind of an operation, by its name."""
    own = name.removeprefix("aten::").removeprefix("_")
    for kind, words in KINDS.items():
        if any(word in own for word in words):
            return kind
    return "Shapes and copies"


def layers_of(trace: Trace) -> list[tuple[float, float]]:
    """Where each repeated layer starts and ends, in µs; boundaries are at its first product."""
    joints = skeleton(trace)
    spans = []
    for tower in sorted(towers(joints), key=lambda each: each.start):
        if not tower.exact:
            continue
        edges = [tower.start + k * tower.period for k in range(tower.count)]
        begins = [float(trace.start[_caller(trace, joints[i].place)]) for i in edges]
        last = _caller(trace, joints[min(tower.end, len(joints)) - 1].place)
        ends = [*begins[1:], float(trace.start[last] + trace.duration[last])]
        spans += list(zip(begins, ends, strict=True))
    return spans


def draw(trace: Trace) -> Figure:
    """Rows of kinds of operation over time: the whole run with its layers, and below one layer in full."""
    figure = style.canvas(6.0)
    whole, one = figure.subplots(2, 1)
    spans = layers_of(trace)
    _rows(whole, trace, (0.0, float((trace.start + trace.duration).max(initial=1.0))))
    for number, (begin, end) in enumerate(spans):
        whole.axvspan(
            begin / 1000, end / 1000, color=style.RULE, alpha=0.55 if number % 2 == 0 else 0.15, lw=0
        )
        whole.text(
            (begin + end) / 2000,
            1.01,
            str(number + 1),
            transform=whole.get_xaxis_transform(),
            ha="center",
            va="bottom",
            fontsize=8,
            color=style.QUIET,
        )
    whole.set_title("The run, layers numbered" if spans else "The run; no layer repeats exactly", pad=18)
    if spans:
        # The layer of median length: one that nothing else on the machine has held up.
        number = sorted(range(len(spans)), key=lambda i: spans[i][1] - spans[i][0])[len(spans) // 2]
        _rows(one, trace, spans[number])
        one.set_title(f"Layer {number + 1}, from its first product to the next layer's")
        _name_products(one, trace, spans[number])
    else:
        style.note(figure, one, "No layer repeats exactly: there is none to draw alone.")
    return figure


def _rows(axes: Axes, trace: Trace, span: tuple[float, float]) -> None:
    kinds = list(KINDS)
    inside = np.flatnonzero((trace.start >= span[0]) & (trace.start < span[1]) & _outer(trace))
    by_kind: dict[str, list[tuple[float, float]]] = {kind: [] for kind in kinds}
    least = (span[1] - span[0]) / 1500
    for i in inside:
        width = max(float(trace.duration[i]), least)
        by_kind[kind_of(trace.names[i])].append((trace.start[i] / 1000, width / 1000))
    for row, kind in enumerate(kinds):
        axes.broken_barh(
            by_kind[kind], (row - 0.36, 0.72), color=style.COLOURS[row % len(style.COLOURS)], lw=0
        )
    axes.set_yticks(range(len(kinds)), kinds)
    axes.set_ylim(len(kinds) - 0.4, -0.6)
    axes.set_xlim(span[0] / 1000, span[1] / 1000)
    axes.set_xlabel("Time, ms")
    style.tidy(axes, grid="x")
    axes.tick_params(axis="y", length=0)


def _caller(trace: Trace, place: int) -> int:
    """The operation that Python called and within which that at `place` ran."""
    above = np.flatnonzero(trace.depth[: place + 1] == 0)
    return int(above[-1]) if len(above) else place


def _outer(trace: Trace) -> NDArray[np.bool_]:
    """Operations that Python called, but kernels on a device where there are any."""
    kernels = trace.depth < 0
    return kernels if kernels.any() else trace.depth == 0


def _name_products(axes: Axes, trace: Trace, span: tuple[float, float]) -> None:
    """Write widths over products; those too close to be told apart share one line of writing."""
    near: list[tuple[float, list[str]]] = []
    for joint in skeleton(trace):
        begin = float(trace.start[_caller(trace, joint.place)])
        if not span[0] <= begin < span[1] or joint.kind == ATTENTION or not joint.weight:
            continue
        words = f"{joint.weight[0]} → {joint.weight[1]}"
        if near and begin - near[-1][0] < 0.035 * (span[1] - span[0]):
            near[-1][1].append(words)
        else:
            near.append((begin, [words]))
    for begin, several in near:
        counted = Counter(several)
        told = ", ".join(f"{n} × {words}" if n > 1 else words for words, n in counted.items())
        place = (begin / 1000, 1 - 0.36)
        axes.annotate(
            told, place, (1, 2), textcoords="offset points", fontsize=7, rotation=30, color=style.INK
        )
