"""The files of an audit: a page and a figure, of two models, of candidates, or of a family."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homophily.report import _style as style
from homophily.report._article import Section, page, planted_first
from homophily.report._svg import inline
from homophily.report.lineage import _descent_tables as tables
from homophily.report.lineage import _evidence, _tree
from homophily.report.lineage._keep import drawn, keep
from homophily.report.lineage._similarity_tables import overall_table, sentence
from homophily.report.tables import Table, of_pairs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from homophily.lineage import Descent
    from homophily.lineage.candidates import Candidate
    from homophily.lineage.family import Family
    from homophily.lineage.similarity import Comparison

__all__ = ["write_candidates", "write_descent", "write_family"]

_KICKER = "Lineage: descent"
_UNITS = (
    "Left: how far the units of both models' MLPs match, layer by layer; strangers fall into the grey band. "
    "Right: the cosine of each matrix as numbers stand, after the channels were aligned."
)
_TREE = (
    "Models joined to their nearest relatives; the number is the length of the difference over the models' "
    "mean length."
)


def write_descent(
    found: Descent,
    *,
    title: str,
    facts: Mapping[str, str],
    weights: Comparison | None = None,
    html: Path | None = None,
    figure: Path | None = None,
) -> list[Path]:
    """Write the page and the figure of two models that were asked for, each whole or not at all.

    Args:
        found: From `homophily.lineage.descent`.
        title: Heads the page.
        facts: What the page tells of the checkpoints.
        weights: Their similarity over all weights, where it was measured.
        html: A page that needs nothing beside it.
        figure: As ``.svg``, ``.png`` or ``.pdf``.

    Raises:
        UsageError: A file cannot be written.
    """
    seen = of_pairs([(line,) for line in found.evidence], ["What was seen"])
    sure = of_pairs([(line,) for line in found.assumptions], ["What must hold for p"])
    text = f"Direction: {found.direction}. {found.why.capitalize()}."
    svg = _inlined(_evidence_of(found), "evidence", "Evidence", _UNITS) if html else ""
    sections = [
        Section("The relation", text, [seen], svg, _UNITS),
        Section(
            "Tests",
            f"Method: {found.method}.",
            [tables.score_table(found), *([sure] if found.assumptions else [])],
        ),
    ]
    if found.differences:
        sections.append(Section("Matrices", "", [tables.difference_table(found)]))
    if weights is not None:
        sections.append(Section("All weights", sentence(weights), [overall_table(weights)]))
    return _written(title, found.text, facts, sections, html, figure, lambda: _evidence_of(found))


def write_family(
    tree: Family,
    *,
    title: str,
    facts: Mapping[str, str],
    html: Path | None = None,
    figure: Path | None = None,
    planted: Table | None = None,
) -> list[Path]:
    """Write a family's page and figure; as `write_descent`; what was planted comes first."""
    related = sum(len(members) > 1 for members in tree.clusters)
    alone = sum(len(members) == 1 for members in tree.clusters)
    kind = "family" if related == 1 else "families"
    lede = f"{len(tree.names)} models: {related} {kind}, {alone} without a relative."
    svg = _inlined(_tree_of(tree), "tree", "Family tree", _TREE) if html else ""
    listed = [tables.edge_table(tree)] if tree.edges else []
    sections = [
        *planted_first(planted),
        Section("Family tree", "", listed, svg, _TREE),
        Section(
            "Every pair",
            "p of being unrelated, corrected for the tests of a pair.",
            [tables.pair_table(tree)],
        ),
    ]
    if tree.faults:
        sections.append(Section("Not read", "", [of_pairs(list(tree.faults.items()), ["Model", "Why"])]))
    return _written(title, lede, facts, sections, html, figure, lambda: _tree_of(tree))


def write_candidates(
    ranked: Sequence[Candidate], *, title: str, facts: Mapping[str, str], html: Path | None = None
) -> list[Path]:
    """Write the page of ranked candidates; as `write_descent`."""
    related = [each for each in ranked if each.found is not None and each.found.related]
    lede = f"{len(related)} of {len(ranked)} candidates are relatives"
    lede += f"; the nearest is {related[0].name}." if related else "."
    why = "Holm: the chance of one false claim among all. BH: the share of false claims among those as small."
    table: Table = tables.candidate_table(ranked)
    return _written(title, lede, facts, [Section("Candidates", why, [table])], html, None, None)


def _evidence_of(found: Descent) -> Figure:
    with style.style():
        return _evidence.draw(found)


def _tree_of(tree: Family) -> Figure:
    with style.style():
        return _tree.draw(tree)


def _inlined(figure: Figure, name: str, title: str, description: str) -> str:
    with style.style():
        return inline(figure, name=name, title=title, description=description)


def _written(
    title: str,
    lede: str,
    facts: Mapping[str, str],
    sections: Sequence[Section],
    html: Path | None,
    figure: Path | None,
    draw: Callable[[], Figure] | None,
) -> list[Path]:
    made = []
    if html is not None:
        made.append(keep(html, page(_KICKER, title, lede, facts, sections).encode()))
    if figure is not None and draw is not None:
        made.append(keep(figure, drawn(draw, figure)))
    return made
