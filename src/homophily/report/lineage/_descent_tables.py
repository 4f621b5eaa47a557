"""A descent in tables: its tests, its matrices, candidates, pairs of a family."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from homophily.report import numbers
from homophily.report.lineage._similarity_tables import share
from homophily.report.tables import Cell, Head, Table

if TYPE_CHECKING:
    from homophily.lineage import Descent
    from homophily.lineage.candidates import Candidate
    from homophily.lineage.family import Family

__all__ = ["candidate_table", "difference_table", "edge_table", "pair_table", "power", "score_table"]

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(log10_p: float | None) -> str:
    """A p-value told from its logarithm: plain down to .0001, below that a power of ten; a dash for none."""
    if log10_p is None or not math.isfinite(log10_p):
        return "–"
    if log10_p > -4:
        return numbers.bounded(10**log10_p, 4)
    return f"10⁻{str(round(-log10_p)).translate(_RAISED)}"


def score_table(found: Descent) -> Table:
    """Every test: statistic, p, how much was compared, or why there is nothing."""
    heads = [Head("Test"), Head("Statistic", True), Head("p", True), Head("Units", True), Head("Null")]
    rows = []
    for name, score in found.scores.items():
        told = score.missing or score.null or "a score without a null"
        figures = [numbers.bounded(score.statistic, 3), power(score.log10_p), numbers.count(score.n)]
        rows.append([Cell(name), *(Cell(text, "number") for text in figures), Cell(told)])
    return Table(heads, rows, "p of each test by itself, in the alignment that was chosen")


def difference_table(found: Descent) -> Table:
    """Each role's matrices, means over the layers compared."""
    columns = ("Cosine", "Relative change", "Equal", "Zeros in A", "Zeros in B")
    heads = [Head("Role"), Head("Matrices", True), *(Head(name, True) for name in columns)]
    rows = []
    for role in dict.fromkeys(d.role for d in found.differences):
        group = [d for d in found.differences if d.role == role]
        figures = [(d.cosine, d.relative, d.same, d.zeros_a, d.zeros_b) for d in group]
        means = [float(np.nanmean(column)) for column in zip(*figures, strict=True)]
        texts = [str(len(group)), *(share(mean) for mean in means)]
        rows.append([Cell(role), *(Cell(text, "number") for text in texts)])
    return Table(heads, rows, "as numbers stand in the alignment that was chosen")


def candidate_table(ranked: Sequence[Candidate]) -> Table:
    """Candidates, the nearest relatives first."""
    heads = [Head("Candidate"), Head("Relation"), Head("Distance", True), Head("p (Holm)", True)]
    heads += [Head("p (BH)", True), Head("What was seen")]
    rows = []
    for each in ranked:
        if each.found is None:
            texts = [each.name, "not read", "–", "–", "–", each.fault]
        else:
            told = each.found.evidence[0] if each.found.evidence else ""
            near = numbers.plain(each.found.distance, 3)
            texts = [each.name, each.found.relation, near, power(each.log10_holm), power(each.log10_bh), told]
        kinds = ["", "", "number", "number", "number", ""]
        rows.append([Cell(text, kind) for text, kind in zip(texts, kinds, strict=True)])
    return Table(heads, rows)


def edge_table(tree: Family) -> Table:
    """The lines of the tree."""
    arrows = {"known": "→", "likely": "⇢", "open": "–"}
    heads = [Head("From"), Head(""), Head("To"), Head("Relation"), Head("Distance", True), Head("Direction")]
    rows = [
        [
            Cell(edge.one),
            Cell(arrows[edge.direction]),
            Cell(edge.other),
            Cell(edge.relation),
            Cell(numbers.plain(edge.distance, 4), "number"),
            Cell(f"{edge.direction}: {edge.why}"),
        ]
        for edge in tree.edges
    ]
    return Table(heads, rows)


def pair_table(tree: Family) -> Table:
    """Every pair of a family."""
    heads = [
        Head("A"),
        Head("B"),
        Head("Relation"),
        Head("Direction"),
        Head("p", True),
        Head("Distance", True),
    ]
    rows = [
        [
            *(Cell(text) for text in (a, b, found.relation, found.direction)),
            Cell(power(found.log10_p), "number"),
            Cell(numbers.plain(found.distance, 4), "number"),
        ]
        for (a, b), found in tree.pairs.items()
    ]
    return Table(heads, rows)
