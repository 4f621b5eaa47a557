"""What ``lineage audit`` does: two models, one and many, a folder."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.cli import _output as output
from homophily.cli._progress import shown

if TYPE_CHECKING:
    from homophily.lineage import Descent
    from homophily.lineage.candidates import Candidate
    from homophily.lineage.family import Family

__all__ = ["many", "pair", "tree_of"]

#: Below this size on disk, in bytes, an audit measures every weight of a pair as well.
_SMALL = 1 << 30


@contextmanager
def _spoken(*, quiet: bool) -> Iterator[Callable[[str], None]]:
    """What is being done: beside a turning mark in a terminal, nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda line: None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda line: status.update(line)


def pair(
    a: Path,
    b: Path,
    settings: dict[str, Any],
    html: Path | None,
    figure: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    """Audit two models: print, and write what was asked for."""
    from homophily.lineage import descent
    from homophily.lineage.checkpoints import open_checkpoint
    from homophily.lineage.keeping import plain
    from homophily.lineage.similarity import compare
    from homophily.report.lineage import write_descent

    names = {"mapping": settings.get("mapping"), "base": settings.get("base")}
    with (
        _spoken(quiet=quiet) as say,
        open_checkpoint(a, **names) as one,
        open_checkpoint(b, **names) as two,
    ):
        found = descent(one, two, say=say, **settings)
        facts = {"A": f"{a} ({one.form})", "B": f"{b} ({two.form})", "Method": found.method}
        small = _size(a) + _size(b) < 2 * _SMALL and found.relation != "not comparable"
        weights = compare(one, two) if small else None
    if json:
        output.as_json(
            plain(found) | {"a": str(a), "b": str(b), "weights": weights and weights.plain()["overall"]}
        )
    else:
        _print(found, weights)
    title = f"{a.name} and {b.name}"
    for path in write_descent(found, title=title, facts=facts, weights=weights, html=html, figure=figure):
        output.say(f"written: {path}")


def _size(path: Path) -> int:
    return (
        sum(f.stat().st_size for f in path.iterdir() if f.is_file()) if path.is_dir() else path.stat().st_size
    )


def _print(found: Descent, weights: Any) -> None:
    from homophily.report.lineage import difference_table, score_table, sentence

    output.sentence("Descent", found.text)
    for line in found.evidence[1:]:
        output.sentence("Seen", f"{line}.")
    output.sentence("Direction", f"{found.direction}: {found.why}.")
    if found.scores:
        output.rows(score_table(found), title="Tests")
    if found.differences:
        output.rows(difference_table(found), title="Matrices")
    if weights is not None:
        output.sentence("All weights", sentence(weights))
    output.say(f"method: {found.method}.")
    for line in found.assumptions:
        output.say(f"assumes: {line}.")


def many(
    model: Path,
    folder: Path,
    settings: dict[str, Any],
    keep: Path,
    html: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    """Rank the models of a folder as relatives of one."""
    from homophily.lineage.candidates import candidates
    from homophily.lineage.keeping import Kept, plain
    from homophily.report.lineage import candidate_table, write_candidates

    with shown(quiet=quiet) as told:
        ranked: list[Candidate] = candidates(
            model,
            folder,
            kept=Kept(keep),
            progress=lambda done, all_, name: told(name, done, all_),
            **settings,
        )
    if json:
        output.as_json(
            [
                {
                    "name": each.name,
                    "log10_holm": each.log10_holm,
                    "log10_bh": each.log10_bh,
                    "fault": each.fault,
                    "descent": each.found and plain(each.found),
                }
                for each in ranked
            ]
        )
    else:
        output.rows(candidate_table(ranked), title=f"Relatives of {model.name}")
    facts = {"Model": str(model), "Candidates": str(folder)}
    for path in write_candidates(ranked, title=f"Relatives of {model.name}", facts=facts, html=html):
        output.say(f"written: {path}")


def tree_of(
    folder: Path,
    settings: dict[str, Any],
    keep: Path,
    html: Path | None,
    figure: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    """Draw the tree of a folder."""
    from homophily.lineage.family import family
    from homophily.lineage.keeping import Kept, family_plain
    from homophily.report.lineage import write_family

    with shown(quiet=quiet) as told:
        tree = family(
            folder, kept=Kept(keep), progress=lambda done, all_, name: told(name, done, all_), **settings
        )
    if json:
        output.as_json(family_plain(tree))
    else:
        _print_tree(tree)
    facts = {"Folder": str(folder), "Models": str(len(tree.names)), "Pairs": str(len(tree.pairs))}
    for path in write_family(
        tree, title=f"Family tree of {folder.name}", facts=facts, html=html, figure=figure
    ):
        output.say(f"written: {path}")


def _print_tree(tree: Family) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.tree import Tree

    from homophily.report.lineage import branches

    marks = {"known": "→", "likely": "⇢", "open": "–"}
    console = Console(highlight=False)
    for root, lines in branches(tree):
        grown = Tree(f"[bold]{escape(root)}[/bold]" + ("" if lines else "  (no relative)"))
        at = {0: grown}
        for edge, end, depth in lines:
            mark = "←" if edge.direction != "open" and edge.one == end else marks[edge.direction]
            text = f"{mark} [bold]{escape(end)}[/bold]  {edge.relation}, {edge.distance:.2g} apart"
            at[depth] = at[depth - 1].add(text)
        console.print(grown)
    if tree.edges:
        output.say("→ direction known, ⇢ likely, – open: two models alone do not tell which came first.")
    for name in dict.fromkeys(edge.other for edge in tree.edges if edge.direction == "known"):
        parents = [edge.one for edge in tree.edges if edge.direction == "known" and edge.other == name]
        if len(parents) > 1:
            output.say(f"{name} has two parents: {' and '.join(parents)}.")
    for name, why in tree.faults.items():
        output.say(f"not read: {name}: {why}")
