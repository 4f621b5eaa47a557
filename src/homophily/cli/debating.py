"""Commands for debates in the published form: ``debate export``, ``debate analyse``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError

__all__ = ["analyse", "export"]

_RUNS = Path("runs")

debate = typer.Typer(
    name="debate",
    help="Debates in the published form: one Parquet file an experiment, one row a debate.",
    epilog=examples(
        "homophily debate export debate-1a2b3c4d --to published",
        "homophily debate analyse published -o report.html",
    ),
    no_args_is_help=True,
)
app.add_typer(debate)


@debate.command(
    epilog=examples(
        "homophily debate export debate-1a2b3c4d --to published",
        "homophily debate export debate-1a2b3c4d --to published --plain --judge lexicon",
    )
)
def export(
    run: options.Run,
    target: Annotated[
        Path, typer.Option("--to", help="Folder to write into.", metavar="FOLDER", show_default=False)
    ],
    folder: options.Folder = _RUNS,
    judge: Annotated[
        str | None, typer.Option(help="Whose labels are written; by default the first judge's.")
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="The published columns alone, without dilemma and conditions.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Write a run's debates as the published Parquet files: sync_h2h_A_vs_B, round_robin_3way_A_vs_B_vs_C."""
    from homophily.library import open_run
    from homophily.studies.debate.published import write

    played = open_run(run, folder=folder)
    if played.study.name != "debate":
        raise UsageError(f"{run!r} is a run of {played.study.name!r}; only debates have this form.")
    files = write(played.tables, target, judge=judge, plain=plain)
    if json:
        output.as_json([str(file) for file in files])
    else:
        print(*files, sep="\n")


@debate.command(
    epilog=examples(
        "homophily debate analyse data/interaction_protocol -o report.html",
        "homophily debate analyse sync_h2h_cla_vs_gpt.parquet --name cla=claude --json",
    )
)
def analyse(
    sources: Annotated[
        list[Path],
        typer.Argument(metavar="FILES", help="Parquet files, or folders of them.", show_default=False),
    ],
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a report here, as HTML.")
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            "--name", metavar="SHORT=NAME", help="A model's name for the short one of the files; repeatable."
        ),
    ] = None,
    seed: options.Seed = None,
    json: options.Json = False,
) -> None:
    """Carry out every analysis of the debate study on files in the published form."""
    from homophily.report import published, save

    if target is not None:  # before minutes of analysis, not after
        output.written(target, lambda: target.parent.mkdir(parents=True, exist_ok=True))
    record = published(sources, names=_names(name), seed=1 if seed is None else seed)
    path = save(record, target) if target is not None else None
    if json:
        told = [output.finding(found) for found in record.findings]
        output.as_json({"report": None if path is None else str(path), "findings": told})
        return
    output.findings(record.findings)
    if path is not None:
        print(path)


def _names(given: list[str] | None) -> dict[str, str]:
    names = {}
    for each in given or ():
        short, equals, name = each.partition("=")
        if not equals or not short.strip() or not name.strip():
            raise UsageError(f"--name {each!r}: write it as SHORT=NAME, such as --name cla=claude.")
        names[short.strip()] = name.strip()
    return names
