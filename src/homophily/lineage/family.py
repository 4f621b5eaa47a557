"""The family tree of a folder of models: who is related to whom, and which way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UnknownName, UsageError
from homophily.lineage.folder import fingerprint, models_in
from homophily.lineage.keeping import Kept
from homophily.lineage.relation.descent import Descent, descent

__all__ = ["Edge", "Family", "family"]

Pair = tuple[str, str]
#: How much longer the way through a model may be than the way past it, for it to lie between two others.
_STRAIGHT = 1.02
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the tree.

    Attributes:
        one: The parent, where the direction is known; else either end.
        other: The child, or the other end.
        relation: As in `Descent`.
        direction: "known", "likely" or "open".
        why: What settles it.
        distance: As in `Descent`.
    """

    one: str
    other: str
    relation: str
    direction: str
    why: str
    distance: float


@dataclass(frozen=True, slots=True)
class Family:
    """Models of a folder and their relations.

    Attributes:
        names: Those that could be read.
        pairs: The descent of each pair, names in order.
        edges: Of the tree: in each cluster the nearest relatives joined, and both parents of a merge.
        clusters: Names that hang together, the largest cluster first; strangers stand alone.
        faults: Why a model could not be read, by name.
    """

    names: tuple[str, ...]
    pairs: Mapping[Pair, Descent]
    edges: tuple[Edge, ...]
    clusters: tuple[tuple[str, ...], ...]
    faults: Mapping[str, str]


def family(
    folder: str | Path,
    *,
    root: str = "",
    kept: Kept | None = None,
    progress: Progress = lambda done, all_, name: None,
    **settings: Any,
) -> Family:
    """Compare every two models of a folder and draw who descends from whom.

    In each cluster the tree of least total distance is kept. The direction of an edge is known where
    something was lost that cannot be brought back (zeros, a grid, rounding) or a third model shows a merge;
    likely where it follows from those, or from the root; open elsewhere.

    Args:
        folder: Of at least two models.
        root: The model known to be the first of its cluster; "" if none is.
        kept: Where answers are kept and looked for first.
        progress: Told how many pairs are done, of how many, and the next.
        **settings: Of `descent`.

    Raises:
        UsageError: The folder holds fewer than two models.
        UnknownName: There is no model of the root's name.
    """
    paths = models_in(folder)
    if len(paths) < 2:
        raise UsageError(f"{str(folder)!r} holds one model: a family needs two or more.")
    if root and root not in paths:
        raise UnknownName("model", root, paths)
    marks = {name: fingerprint(path) for name, path in paths.items()} if kept else {}
    pairs: dict[Pair, Descent] = {}
    faults: dict[str, str] = {}
    wanted = list(combinations(paths, 2))
    for done, (one, other) in enumerate(wanted):
        progress(done, len(wanted), f"{one} – {other}")
        if one in faults or other in faults:
            continue
        known = kept.find(marks[one], marks[other], settings) if kept else None
        try:
            pairs[one, other] = known or descent(paths[one], paths[other], **settings)
        except DataError as error:
            faults[one if paths[one].name in str(error) else other] = str(error)
            continue
        if kept and known is None:
            kept.keep(marks[one], marks[other], settings, pairs[one, other])
    progress(len(wanted), len(wanted), "")
    names = tuple(name for name in paths if name not in faults)
    pairs = {pair: found for pair, found in pairs.items() if not set(pair) & set(faults)}
    edges = _directed(_edges(pairs, names, list(_merges(pairs, paths, settings))), root)
    return Family(names, pairs, tuple(edges), _clusters(names, edges), faults)


def _merges(
    pairs: Mapping[Pair, Descent], paths: Mapping[str, Path], settings: Mapping[str, Any]
) -> Iterator[list[Edge]]:
    """The two edges of each model that is two others averaged.

    Worth a look are three models of which one lies on the line between the other two; of a child's possible
    parents the two that it lies between most nearly are tried.
    """
    near = {pair: found.distance for pair, found in pairs.items() if math.isfinite(found.distance)}
    # What was moved about or holds other layers lies on no line with the rest.
    bent = ("transformed", "partial")
    told = {pair for pair, found in pairs.items() if found.related and found.relation not in bent}
    for child in paths:
        kin = [name for name in paths if _pair(name, child) in told]
        bends = {
            (a, b): (near[_pair(child, a)] + near[_pair(child, b)]) / near[_pair(a, b)]
            for a, b in combinations(kin, 2)
            if near.get(_pair(a, b), 0) > 0 and _pair(a, b) in told
        }
        if not bends or min(bends.values()) > _STRAIGHT:
            continue
        a, b = min(bends, key=lambda parents: bends[parents])
        found = descent(paths[a], paths[child], third=paths[b], **settings)
        if found.relation == "merged" and found.direction == "b from a":
            told_by = f"{found.text.rstrip('.')}; the third is {b}"
            yield [Edge(p, child, "merged", "known", told_by, near[_pair(p, child)]) for p in (a, b)]


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one < other else (other, one)


def _edges(pairs: Mapping[Pair, Descent], names: tuple[str, ...], merges: list[list[Edge]]) -> list[Edge]:
    """The tree of least distance over relatives (Kruskal), and the second parent of each merge."""
    root = {name: name for name in names}

    def top(name: str) -> str:
        while root[name] != name:
            name = root[name]
        return name

    edges = [edge for both in merges for edge in both]
    for first, _ in merges:
        root[top(first.other)] = top(first.one)
    made = {_pair(edge.one, edge.other) for edge in edges}
    relatives = [(pair, found) for pair, found in pairs.items() if found.related and pair not in made]
    for (one, other), found in sorted(relatives, key=lambda item: (_far(item[1]), item[0])):
        if top(one) == top(other):
            continue
        root[top(one)] = top(other)
        ends = (other, one) if found.direction == "a from b" else (one, other)
        known = "open" if found.direction == "undetermined" else "known"
        edges.append(Edge(*ends, found.relation, known, found.why, found.distance))
    return edges


def _far(found: Descent) -> float:
    return found.distance if math.isfinite(found.distance) else 10.0


def _directed(edges: list[Edge], root: str) -> list[Edge]:
    """Edges with the directions that a neighbour, or the root that was named, settles, from there outwards.

    A model has one parent, unless it is a merge: where that is known, its other neighbours are no parents.
    """
    edges = list(edges)
    settled = {edge.other for edge in edges if edge.direction == "known"} | ({root} if root else set())
    queue = sorted(settled, key=lambda name: name != root)
    while queue:
        name = queue.pop(0)
        for i, edge in enumerate(edges):
            if edge.direction != "open" or name not in (edge.one, edge.other):
                continue
            child = edge.other if edge.one == name else edge.one
            why = f"{name} is named as the first" if name == root else f"{name} has its parent already"
            edges[i] = replace(edge, one=name, other=child, direction="likely", why=why)
            queue.append(child)
    return edges


def _clusters(names: tuple[str, ...], edges: list[Edge]) -> tuple[tuple[str, ...], ...]:
    group = {name: {name} for name in names}
    for edge in edges:
        joined = group[edge.one] | group[edge.other]
        for name in joined:
            group[name] = joined
    found = {tuple(sorted(members)) for members in group.values()}
    return tuple(sorted(found, key=lambda members: (-len(members), members)))
