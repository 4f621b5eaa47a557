"""The family tree of a folder: ancestors left, descendants right, strangers below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from homophily.lineage.family import Edge, Family

__all__ = ["branches", "draw"]

_STROKES = {"known": "-", "likely": (0, (4, 2)), "open": "-"}
_COLOURS = {
    "identical": style.COLOURS[7],
    "quantised": style.COLOURS[1],
    "pruned": style.COLOURS[4],
    "fine-tuned": style.COLOURS[0],
    "continued": style.COLOURS[5],
    "adapter-merged": style.COLOURS[2],
    "transformed": style.COLOURS[3],
    "merged": style.COLOURS[6],
    "partial": "#8c6d46",
}


def branches(tree: Family) -> list[tuple[str, list[tuple[Edge, str, int]]]]:
    """Each cluster as lines to print: its root, then each edge with the name it leads to and its depth.

    A model with two parents is reached from the first; the root is a model nothing is known to lead to, of
    those the one with most neighbours.
    """
    made = []
    for members in tree.clusters:
        edges = [edge for edge in tree.edges if edge.one in members]
        fed = {edge.other for edge in edges if edge.direction != "open"}
        degree = {name: sum(name in (e.one, e.other) for e in edges) for name in members}
        known = {edge.one for edge in edges if edge.direction != "open"}
        roots = [name for name in members if name in known - fed]
        roots = roots or [name for name in members if name not in fed] or list(members)
        root = max(roots, key=lambda name: (degree[name], name in fed, -len(name)))
        lines: list[tuple[Edge, str, int]] = []
        seen = {root}
        second = _second_parents(edges)
        _walk(root, [edge for edge in edges if edge not in second], seen, lines, 1)
        for edge in second:
            near, far = (edge.one, edge.other) if edge.one in seen else (edge.other, edge.one)
            if near in seen and far not in seen:
                _hang(edge, near, far, [each for each in edges if each not in second], seen, lines)
        made.append((root, lines))
    return made


def _hang(
    edge: Edge, near: str, far: str, edges: list[Edge], seen: set[str], lines: list[tuple[Edge, str, int]]
) -> None:
    """Put what is reached by no other way below the end of the edge that is there already."""
    place, depth = next(((i, d) for i, (_, end, d) in enumerate(lines) if end == near), (len(lines) - 1, 0))
    found: list[tuple[Edge, str, int]] = [(edge, far, depth + 1)]
    seen.add(far)
    _walk(far, edges, seen, found, depth + 2)
    lines[place + 1 : place + 1] = found


def _second_parents(edges: list[Edge]) -> list[Edge]:
    """Of each model with several known parents the edges from all but the first."""
    met: set[str] = set()
    found = []
    for edge in edges:
        if edge.direction == "known" and edge.other in met:
            found.append(edge)
        if edge.direction == "known":
            met.add(edge.other)
    return found


def _walk(
    name: str, edges: list[Edge], seen: set[str], lines: list[tuple[Edge, str, int]], depth: int
) -> None:
    near = [edge for edge in edges if name in (edge.one, edge.other)]
    for edge in sorted(near, key=lambda e: (e.direction == "open", e.distance, e.other)):
        end = edge.other if edge.one == name else edge.one
        if end not in seen:
            seen.add(end)
            lines.append((edge, end, depth))
            _walk(end, edges, seen, lines, depth + 1)


def draw(tree: Family) -> Figure:
    """Draw the tree: arrows where a direction is known, dashed where likely, plain lines where it is open."""
    rows = branches(tree)
    places: dict[str, tuple[float, float]] = {}
    line = 0.0
    for root, lines in rows:
        places[root] = (0.0, line)
        line += 1
        for _, end, depth in lines:
            places[end] = (float(depth), line)
            line += 1
        line += 0.35
    figure = style.canvas(0.33 * line + 0.9)
    axes = figure.subplots()
    deepest = max(x for x, _ in places.values())
    step = min(1.0, 3.2 / max(1.0, deepest))
    for edge in tree.edges:
        _edge(axes, edge, *(((places[end][0] * step), places[end][1]) for end in (edge.one, edge.other)))
    for name, (x, y) in places.items():
        axes.plot([x * step], [y], marker="o", ms=7, color=style.INK, zorder=3)
        axes.text(x * step + 0.07, y, name, va="center", ha="left", fontsize=9.5, zorder=4)
    _labels(axes, rows, places, step)
    axes.set_xlim(-0.1, deepest * step + 2.2)
    axes.set_ylim(line, -0.8)
    axes.set_axis_off()
    _legend(figure, tree)
    return figure


def _edge(axes: Axes, edge: Edge, start: tuple[float, float], end: tuple[float, float]) -> None:
    """An elbow down from the one and across to the other, with a head where it leads to the other."""
    colour = _COLOURS.get(edge.relation, style.QUIET)
    stroke: Any = {"color": colour, "lw": 1.6, "ls": _STROKES[edge.direction], "zorder": 1}
    if end[1] < start[1]:
        start, end, turned = end, start, True
    else:
        turned = False
    # The trunk is shared by edges of many kinds: quiet, so that none paints over another.
    axes.plot([start[0], start[0]], [start[1], end[1]], color=style.QUIET, lw=1.2, zorder=0)
    axes.plot([start[0], end[0]], [end[1], end[1]], **stroke)
    if edge.direction != "open":
        x, y = (start[0], start[1] + 0.36) if turned else (end[0] - 0.09, end[1])
        axes.plot([x], [y], marker="^" if turned else ">", ms=7, color=colour, zorder=2)


def _labels(
    axes: Axes,
    rows: list[tuple[str, list[tuple[Edge, str, int]]]],
    places: dict[str, tuple[float, float]],
    step: float,
) -> None:
    """What each step was, behind the name it leads to."""
    for _, lines in rows:
        for edge, end, _ in lines:
            x, y = places[end]
            text = f"{edge.relation}, {edge.distance:.2g} apart"
            axes.annotate(
                text,
                (x * step + 0.07, y),
                xytext=(5.7 * len(end) + 10, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                color=_COLOURS.get(edge.relation, style.QUIET),
            )


def _legend(figure: Figure, tree: Family) -> None:
    from matplotlib.lines import Line2D

    names = {
        "known": "direction known",
        "likely": "direction likely",
        "open": "related, direction open",
    }
    kinds = [kind for kind in names if any(edge.direction == kind for edge in tree.edges)]
    handles = [
        Line2D(
            [],
            [],
            color=style.QUIET,
            ls=_STROKES[kind],
            lw=1.6,
            marker="" if kind == "open" else ">",
            ms=6,
            label=names[kind],
        )
        for kind in kinds
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower left", ncols=3, handlelength=4)
