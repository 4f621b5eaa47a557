"""Commands that read what was played: ``analyse``, ``report``, ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

__all__ = ["analyse", "export", "report"]

_RUNS = Path("runs")


@app.command(epilog=examples("homophily analyse dyads-1a2b3c4d", "homophily analyse dyads-1a2b3c4d --json"))
def analyse(run: options.Run, folder: options.Folder = _RUNS, json: options.Json = False) -> None:
    """Carry out a run's analysis plan and print every estimate with its interval."""
    from homophily.library import open_run

    findings = open_run(run, folder=folder).findings
    if json:
        output.as_json([output.finding(found) for found in findings])
    else:
        output.findings(findings)


@app.command(
    epilog=examples("homophily report dyads-1a2b3c4d", "homophily report dyads-1a2b3c4d -o paper/s1.html")
)
def report(
    run: options.Run,
    folder: options.Folder = _RUNS,
    target: Annotated[Path | None, typer.Option("--output", "-o", help="The HTML file to write.")] = None,
    json: options.Json = False,
) -> None:
    """Write a run's report: one HTML file with every figure, table and transcript in it."""
    from homophily.library import open_run

    if target is not None:  # before minutes of analysis, not after
        output.written(target, lambda: target.parent.mkdir(parents=True, exist_ok=True))
    played = open_run(run, folder=folder)
    path = played.report(target)
    if json:
        output.as_json(
            {"report": str(path), "findings": [output.finding(found) for found in played.findings]}
        )
    else:
        print(path)


@app.command(
    epilog=examples(
        "homophily export dyads-1a2b3c4d",
        "homophily export dyads-1a2b3c4d --format csv --bom --output for-excel",
    )
)
def export(
    run: options.Run,
    folder: options.Folder = _RUNS,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder to write into; RUN/tables if left out.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="parquet, csv, or both.", metavar="FORMATS")
    ] = "parquet,csv",
    bom: Annotated[
        bool, typer.Option("--bom", help="Mark CSV files as UTF-8, by which Excel knows them.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Write a run's tables, long and wide, with their codebook."""
    from homophily.library import open_run

    formats = [word.strip() for word in form.split(",") if word.strip()]
    files = open_run(run, folder=folder).export(target, formats, bom=bom)
    if json:
        output.as_json([str(file) for file in files])
    else:
        print(*files, sep="\n")
