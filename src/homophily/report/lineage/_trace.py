"""The page of a trace: what it tells, what it does not, and how it looks."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from homophily.lineage.traces.channels import CHANNELS
from homophily.lineage.traces.reading import UNKNOWN
from homophily.report import _style as style
from homophily.report._article import Section, page
from homophily.report._svg import inline
from homophily.report.lineage import _timeline
from homophily.report.lineage._keep import keep
from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.lineage.traces import Reading, Trace

__all__ = ["trace_sentence", "write_trace"]

_CAPTION = (
    "Operations that Python called, by kind, at the time they ran; what repeats with the same products is a "
    "layer. Below, one layer: numbers are the widths a product takes and gives."
)


def trace_sentence(told: Reading) -> str:
    """What the trace tells, in a sentence or two."""
    layers = told.dimensions.layers
    stacks = " + ".join(map(str, told.dimensions.stacks))
    sized = f"{stacks} layers" if layers else "no layer that repeats"
    if told.dimensions.hidden:
        sized += f" of width {told.dimensions.hidden:,}"
    if told.architecture == UNKNOWN:
        return (
            f"Unknown: the run fits none of the known classes (of their own held-out traces {told.p:.1%} are "
            f"as strange). It has {sized}."
        )
    share = told.probabilities[told.architecture, told.implementation]
    return (
        f"The run is that of {told.architecture}, {told.implementation} (probability {share:.3f} among the "
        f"known classes), with {sized}. Nothing speaks for a stranger (p {told.p:.2f})."
    )


def write_trace(trace: Trace, told: Reading, path: Path, *, name: str) -> Path:
    """Write the page.

    Args:
        trace: The trace.
        told: Its reading.
        path: The file.
        name: The trace's, for the title.

    Raises:
        UsageError: The file cannot be written.
    """
    with style.style():
        svg = inline(
            _timeline.draw(trace), name="timeline", title="Operations over time", description=_CAPTION
        )
    text = page(
        "Lineage: execution pattern",
        name,
        trace_sentence(told),
        _facts(trace, told),
        _sections(trace, told, svg),
    )
    return keep(path, text.encode())


def _sections(trace: Trace, told: Reading, svg: str) -> list[Section]:
    best = "as if it were one of the known" if told.architecture == UNKNOWN else "among the known classes"
    return [
        Section("The pattern", "", [_sizes(told)], svg, _CAPTION),
        Section("Classes", f"Probabilities {best}, and distance to each template.", [_classes(told)]),
        Section("What it does not tell", " ".join((*told.untold, *told.cautions)), []),
        Section("Operations", "How often and how long, with what they call.", [_operations(trace)]),
    ]


def _facts(trace: Trace, told: Reading) -> dict[str, str]:
    facts = {"Channel": CHANNELS[told.channel], "Operations": f"{told.events:,}"}
    named = {"torch": "torch", "transformers": "transformers", "device": "Device", "dtype": "Dtype"}
    facts |= {word: str(trace.about[key]) for key, word in named.items() if key in trace.about}
    if "threads" in trace.about:
        facts["Threads"] = str(trace.about["threads"])
    return facts


def _sizes(told: Reading) -> Table:
    rows = [[Cell(name.capitalize()), Cell(value, "number")] for name, value in told.dimensions.rows()]
    return Table([Head("Size"), Head("Read off", number=True)], rows)


def _classes(told: Reading) -> Table:
    rows = [
        [
            Cell(name),
            Cell(how),
            Cell(f"{share:.3f}", "number"),
            Cell(f"{told.distances[name, how]:.3f}", "number"),
        ]
        for (name, how), share in list(told.probabilities.items())[:8]
    ]
    heads = [Head("Architecture"), Head("Implementation"), Head("Probability", True), Head("Distance", True)]
    return Table(heads, rows)


def _operations(trace: Trace) -> Table:
    counted = Counter(trace.names)
    spent: defaultdict[str, float] = defaultdict(float)
    for name, duration in zip(trace.names, trace.duration, strict=True):
        spent[name] += float(duration)
    rows = [
        [
            Cell(name),
            Cell(_timeline.kind_of(name)),
            Cell(f"{counted[name]:,}", "number"),
            Cell(f"{time / 1000:.2f}", "number"),
        ]
        for name, time in sorted(spent.items(), key=lambda each: -each[1])[:20]
    ]
    return Table([Head("Operation"), Head("Kind"), Head("Times", True), Head("ms", True)], rows)
