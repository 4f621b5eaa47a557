"""The command ``lineage compare``: how similar are the weights of two checkpoints?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli._progress import shown
from homophily.cli.lineage import lineage
from homophily.errors import UsageError

if TYPE_CHECKING:
    from homophily.lineage.checkpoints import Checkpoint
    from homophily.lineage.similarity import Comparison

__all__ = ["compare"]

_WEIGHTS = "A folder or file of weights: safetensors, weights-only PyTorch, GGUF, or a LoRA adapter's folder."


@lineage.command(
    "compare",
    epilog=examples(
        "homophily lineage compare ./base ./fine-tuned",
        "homophily lineage compare ./base ./fine-tuned --control ./unrelated --html page.html",
        "homophily lineage compare ./base ./adapter --base ./base --json",
        "homophily lineage compare ./base model.Q8_0.gguf --figure layers.svg --csv tensors.csv",
    ),
)
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", help=_WEIGHTS, show_default=False)],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other, likewise.", show_default=False)],
    control: Annotated[
        Path | None,
        typer.Option(
            help="A model of the same architecture known to be unrelated, compared with A likewise."
        ),
    ] = None,
    null: Annotated[
        str, typer.Option(metavar="NAME", help="What strangers would show: turned, noise, or none.")
    ] = "turned",
    mapping: Annotated[
        Path | None, typer.Option(help="A TOML file of names that the shipped families do not know.")
    ] = None,
    base: Annotated[Path | None, typer.Option(help="The base that adapters are merged into.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs nothing beside it.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Write a table, one row a tensor.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw layers by matrices: .svg, .png or .pdf.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Chunks measured at once.")] = 2,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the null.")] = 0,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Measure how similar the weights of two checkpoints are, tensor by tensor, beside a null.

    Both are read once, as a stream: checkpoints of any size fit. How near is near is told by the null and the
    control; whether one descends from the other is another question, which `homophily lineage A B` answers.
    """
    from homophily.lineage.similarity import compare as measure

    if figure is not None and figure.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise UsageError(f"--figure {str(figure)!r}: end the name in .svg, .png or .pdf.")
    began = time.perf_counter()
    with ExitStack() as closing:
        one, other = (closing.enter_context(_opened(path, base, mapping)) for path in (a, b))
        third = closing.enter_context(_opened(control, base, mapping)) if control is not None else None
        with _shown(quiet=quiet) as progress:
            found = measure(
                one,
                other,
                control=third,
                null=None if null == "none" else null,
                seed=seed,
                threads=threads,
                progress=progress,
            )
        facts = _facts(found, [one, other, *([third] if third else [])], time.perf_counter() - began)
    _write(found, facts, html=html, csv=csv, figure=figure)
    if json:
        output.as_json(found.plain())
    else:
        _print(found)


def _opened(path: Path, base: Path | None, mapping: Path | None) -> Checkpoint:
    from homophily.lineage.checkpoints import open_checkpoint

    return open_checkpoint(path, base=base, mapping=mapping)


@contextmanager
def _shown(*, quiet: bool) -> Iterator[Any]:
    """Progress in millions of weights."""
    with shown(quiet=quiet) as told:
        last = [-1]

        def progress(done: int, total: int, _role: str) -> None:
            million = done // 1_000_000
            if million != last[0] or done == total:
                last[0] = million
                told("million weights", million, max(1, total // 1_000_000))

        yield progress


def _facts(found: Comparison, opened: list[Checkpoint], seconds: float) -> dict[str, str]:
    from homophily.lineage.similarity import NULLS

    names = ("A", "B", "Control")
    weights = found.overall.tally.pairs + found.overall.tally.nonfinite
    return {
        **{
            name: f"{each.path} ({each.form}, {len(each.names):,} tensors)"
            for name, each in zip(names, opened, strict=False)
        },
        "Family": found.family or "unknown names",
        "Compared": f"{len(found.rows):,} tensors, {weights:,} weights in matrices",
        "Null": NULLS.get(found.null, "none"),
        "Time": f"{seconds:.1f} s",
    }


def _write(
    found: Comparison, facts: dict[str, str], *, html: Path | None, csv: Path | None, figure: Path | None
) -> None:
    if html is None and csv is None and figure is None:
        return
    from homophily.report.lineage import write_comparison

    for path in write_comparison(found, facts=facts, html=html, csv_=csv, figure=figure):
        output.say(f"written: {path}")


def _print(found: Comparison) -> None:
    from homophily.lineage.similarity import NULLS
    from homophily.report.lineage import overall_table, role_table, sentence

    output.sentence("Similarity of weights", sentence(found))
    output.rows(overall_table(found))
    output.rows(role_table(found), title="By role")
    alone = [(name, why) for each in (found.only_a, found.only_b) for name, why in each.items()]
    if alone:
        output.say(
            f"{len(alone)} tensors not compared, such as {alone[0][0]}: {alone[0][1]}; --json lists all."
        )
    for row in found.rows:
        if row.note:
            output.say(f"{row.role}: compared over {row.note}.")
    if found.null:
        output.say(f"null: {NULLS[found.null]}.")
