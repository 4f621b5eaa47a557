"""The commands ``lineage audit`` (also ``lineage A B`` and ``lineage DIR``) and ``lineage test``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from homophily.cli import _lineage_audit as doing
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli._progress import shown
from homophily.cli.lineage import lineage
from homophily.errors import UsageError

__all__ = ["audit", "run"]

_WEIGHTS = "A folder or file of weights: safetensors, weights-only PyTorch, GGUF, or a LoRA adapter's folder."

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
        doing.pair(a, b, settings | ({"third": third} if third else {}), html, figure, quiet=quiet, json=json)
    elif candidates is not None:
        doing.many(a, candidates, settings, keep, html, quiet=quiet, json=json)
    else:
        doing.tree_of(a, settings | {"root": root}, keep, html, figure, quiet=quiet, json=json)


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

    with shown(quiet=quiet) as told:
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
