"""Commands that read what was played: ``analyse``, ``report``, ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

if TYPE_CHECKING:
    from homophily.analysis import Finding

__all__ = ["analyse", "export", "report"]

_RUNS = Path("runs")


@app.command(epilog=examples("homophily analyse dyads-1a2b3c4d", "homophily analyse dyads-1a2b3c4d --json"))
def analyse(run: options.Run, folder: options.Folder = _RUNS, json: options.Json = False) -> None:
    """Carry out a run's analysis plan and print every estimate with its interval."""
    from homophily import analysis
    from homophily.lab.loading import load_study
    from homophily.lab.runs import open_run
    from homophily.lab.tidy import answers
    from homophily.report.tables import estimates

    found = open_run(run, root=folder)
    study = load_study(found.source)
    findings = analysis.run(study, answers(found), study.design.model_validate(found.design))
    if json:
        output.as_json([_plain(finding) for finding in findings])
        return
    for finding in findings:
        output.sentence(finding.title, finding.text)
        for warning in finding.warnings:
            output.sentence("Warning", warning)
        printed, method = estimates(finding.estimates)
        if printed is not None:
            output.rows(printed)
            output.say(f"method: {method}\n" if method else "")


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
    from homophily import report as reports
    from homophily.lab.runs import open_run

    made = reports.make(open_run(run, root=folder), target)
    if json:
        output.as_json({"report": str(made.path), "findings": [_plain(f) for f in made.findings]})
    else:
        print(made.path)


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
    from homophily.lab.export import export as write
    from homophily.lab.loading import load_study
    from homophily.lab.runs import open_run
    from homophily.lab.tidy import answers

    found = open_run(run, root=folder)
    study, given = load_study(found.source), answers(found)
    tables = {"answers": given, **study.tables(given, study.design.model_validate(found.design))}
    formats = [word.strip() for word in form.split(",") if word.strip()]
    files = write(
        tables, target or found.folder / "tables", formats, descriptions=study.descriptions, bom=bom
    )
    if json:
        output.as_json([str(file) for file in files])
    else:
        print(*files, sep="\n")


def _plain(finding: Finding) -> dict[str, Any]:
    rows = finding.estimates.astype(object).where(finding.estimates.notna(), None)
    return {
        "name": finding.name,
        "title": finding.title,
        "text": finding.text,
        "warnings": list(finding.warnings),
        "estimates": rows.to_dict("records"),
    }
