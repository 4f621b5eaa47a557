"""The commands ``lineage audit`` (also ``lineage A B`` and ``lineage DIR``) and ``lineage test``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _filtering as shared
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli.lineage import lineage
from homophily.errors import UsageError

if TYPE_CHECKING:
    from homophily.lineage import Descent
    from homophily.lineage.candidates import Candidate
    from homophily.lineage.family import Family

__all__ = ["audit", "run"]

_WEIGHTS = "A folder or file of weights: safetensors, weights-only PyTorch, GGUF, or a LoRA adapter's folder."
#: Below this size on disk, in bytes, an audit measures every weight of a pair as well.
_SMALL = 1 << 30

Layers = Annotated[int, typer.Option(min=1, help="Layers compared, evenly spread.")]
AllLayers = Annotated[bool, typer.Option("--all-layers", help="Compare every layer.")]
Tests = Annotated[
    list[str] | None,
    typer.Option(
        "--test",
        metavar="NAME",
        help="A descent test (homophily list lineage.tests); can be given again.",
    ),
]
Alpha = Annotated[float, typer.Option(help="A relation is claimed where the corrected p is at most this.")]
Mapping = Annotated[Path | None, typer.Option(help="A TOML file of names that no shipped family knows.")]
Base = Annotated[Path | None, typer.Option(help="The base that adapters are merged into.")]
Html = Annotated[Path | None, typer.Option(help="Write a page that needs nothing beside it.")]


@lineage.command(
    "audit",
    epilog=examples(
        "homophily lineage ./ours ./theirs",
        "homophily lineage ./ours ./theirs --html audit.html",
        "homophily lineage ./one ./merged --third ./other",
        "homophily lineage ./ours --candidates ./downloads --json",
        "homophily lineage ./folder-of-models --root base --figure tree.svg",
    ),
)
def audit(
    a: Annotated[Path, typer.Argument(metavar="A|DIR", help=f"{_WEIGHTS} Alone: a folder of models.")],
    b: Annotated[
        Path | None, typer.Argument(metavar="[B]", help="The model compared with A.", show_default=False)
    ] = None,
    third: Annotated[
        Path | None, typer.Option(help="A model that may have been merged with A into B.")
    ] = None,
    candidates: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Compare A with every model of this folder.")
    ] = None,
    layers: Layers = 6,
    all_layers: AllLayers = False,
    tests: Tests = None,
    alpha: Alpha = 1e-6,
    mapping: Mapping = None,
    base: Base = None,
    root: Annotated[
        str, typer.Option(metavar="NAME", help="Of a folder's models the one known to be the first.")
    ] = "",
    keep: Annotated[
        Path, typer.Option(metavar="FOLDER", help="Where answers about many models are kept, to go on from.")
    ] = Path(".lineage"),
    html: Html = None,
    figure: Annotated[
        Path | None, typer.Option(help="Draw the evidence or the tree: .svg, .png, .pdf.")
    ] = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Whose child is this model? The relation of two checkpoints, of one to many, or of all in a folder.

    Says identical, quantised, adapter-merged, fine-tuned, continued, pruned, transformed (permuted, turned,
    rescaled), merged, partial, unrelated or undecided, with the p-value of being unrelated and what was seen.
    Only the owner's own files are read.
    """
    if figure is not None and figure.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise UsageError(f"--figure {str(figure)!r}: end the name in .svg, .png or .pdf.")
    if b is not None and candidates is not None:
        raise UsageError("name either B or --candidates DIR, not both.")
    if third is not None and b is None:
        raise UsageError("--third needs A and B: it is the other parent that B may have.")
    settings: dict[str, Any] = {"layers": None if all_layers else layers, "alpha": alpha}
    settings |= {"tests": tuple(tests)} if tests else {}
    settings |= {"mapping": mapping} if mapping else {}
    settings |= {"base": base} if base else {}
    if b is not None:
        _pair(a, b, settings | ({"third": third} if third else {}), html, figure, quiet=quiet, json=json)
    elif candidates is not None:
        _candidates(a, candidates, settings, keep, html, quiet=quiet, json=json)
    else:
        _family(a, settings | {"root": root}, keep, html, figure, quiet=quiet, json=json)


@lineage.command(
    "test",
    epilog=examples(
        "homophily lineage test ./ours ./theirs",
        "homophily lineage test ./ours ./theirs --test csu --test bits --all-layers --json",
        "homophily list lineage.tests",
    ),
)
def run(
    a: Annotated[Path, typer.Argument(metavar="A", help=_WEIGHTS, show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other, likewise.", show_default=False)],
    tests: Tests = None,
    layers: Layers = 6,
    all_layers: AllLayers = False,
    mapping: Mapping = None,
    base: Base = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Run descent tests on two checkpoints as they stand: each statistic, its p and its null.

    Nothing is aligned first and nothing is combined: for the relation ask `homophily lineage A B`.
    """
    from homophily.lineage.keeping import scores_plain
    from homophily.lineage.testing import run_tests
    from homophily.report.lineage import power
    from homophily.report.numbers import bounded

    with shared.shown(quiet=quiet) as told:
        scores = run_tests(
            a, b, tests=tests, layers=None if all_layers else layers, mapping=mapping, base=base,
            progress=lambda done, all_, name: told(name, done, all_),
        )  # fmt: skip
    if json:
        output.as_json(scores_plain(scores))
        return
    output.table(
        [
            {
                "test": name,
                "statistic": bounded(score.statistic, 3),
                "p": power(score.log10_p),
                "compared": f"{score.n:,}",
                "null": score.missing or score.null or "a score without a null",
            }
            for name, score in scores.items()
        ]
    )


def _pair(
    a: Path,
    b: Path,
    settings: dict[str, Any],
    html: Path | None,
    figure: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    from homophily.lineage import descent
    from homophily.lineage.checkpoints import open_checkpoint
    from homophily.lineage.keeping import plain
    from homophily.lineage.similarity import compare
    from homophily.report.lineage import write_descent

    names = {"mapping": settings.get("mapping"), "base": settings.get("base")}
    with (
        shared.shown(quiet=quiet) as told,
        open_checkpoint(a, **names) as one,
        open_checkpoint(b, **names) as two,
    ):
        step = [0]

        def say(line: str) -> None:
            step[0] += 1
            told(line, step[0], 0)

        found = descent(one, two, say=say, **{k: v for k, v in settings.items() if k not in names})
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


def _candidates(
    model: Path,
    folder: Path,
    settings: dict[str, Any],
    keep: Path,
    html: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    from homophily.lineage.candidates import candidates
    from homophily.lineage.keeping import Kept, plain
    from homophily.report.lineage import candidate_table, write_candidates

    with shared.shown(quiet=quiet) as told:
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


def _family(
    folder: Path,
    settings: dict[str, Any],
    keep: Path,
    html: Path | None,
    figure: Path | None,
    *,
    quiet: bool,
    json: bool,
) -> None:
    from homophily.lineage.family import family
    from homophily.lineage.keeping import Kept, family_plain
    from homophily.report.lineage import write_family

    with shared.shown(quiet=quiet) as told:
        tree = family(
            folder, kept=Kept(keep), progress=lambda done, all_, name: told(name, done, all_), **settings
        )
    if json:
        output.as_json(family_plain(tree))
    else:
        _print_tree(tree)
    facts = {"Folder": str(folder), "Models": str(len(tree.names)), "Pairs": str(len(tree.pairs))}
    for path in write_family(
        tree, title=f"The models of {folder.name}", facts=facts, html=html, figure=figure
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
