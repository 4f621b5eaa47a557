"""The command ``compare``: two runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

if TYPE_CHECKING:
    from homophily.library import Played

__all__ = ["compare"]

_RUNS = Path("runs")


@app.command(
    epilog=examples(
        "homophily compare dyads-1a2b3c4d --play-dense",
        "homophily compare dyads-1a2b3c4d dyads-5e6f7a8b --margin 0.1",
        "homophily compare dyads-1a2b3c4d dyads-5e6f7a8b --margin 0.25 --points -o compared.html",
        "homophily compare debate-1a2b3c4d controllability-5e6f7a8b --same opus=claude",
    )
)
def compare(
    run: options.Run,
    reference: Annotated[
        str | None,
        typer.Argument(
            metavar="REFERENCE",
            help="The run to compare to; by default the same without Token Filtering.",
            show_default=False,
        ),
    ] = None,
    play_dense: Annotated[
        bool, typer.Option("--play-dense", help="Play the same without Token Filtering, if it was not yet.")
    ] = False,
    margin: Annotated[
        float, typer.Option(help="Differences within this are taken as none: yours to choose, beforehand.")
    ] = 0.2,
    points: Annotated[
        bool, typer.Option("--points", help="The margin is in points, not in standard deviations.")
    ] = False,
    same: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=NAME",
            help="A model's name in the debates and in the questionnaires, where they differ; repeatable.",
        ),
    ] = None,
    folder: options.Folder = _RUNS,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="The page to write; .html or .md.")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, help="Sessions under way at once.")] = 256,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Compare two runs: did a filter, or another model, change any outcome? Do debates show what is stated?

    Of two runs of one design every ask of the one is matched with the same ask of the other. Each outcome of
    the study gets its difference, and a test of whether that is surely within the margin. Of debates and a
    questionnaire run of the same models, each model's values shown and stated are compared.
    """
    from homophily import library
    from homophily.report import comparison

    one = library.open_run(run, folder=folder)
    other = library.open_run(reference, folder=folder) if reference else one.dense(begin=play_dense)
    if not reference and play_dense:
        other.play(concurrency=concurrency, quiet=quiet)
    scale: Literal["sd", "points"] = "points" if points else "sd"
    named = options.pairs(same, "--same", "opus=claude")
    findings = library.compare(one, other, margin=margin, scale=scale, same=named)
    page = target or one.run.folder / f"compared-{other.run.name}.html"
    content = comparison.write_comparison(
        findings,
        title=f"{one.run.name} beside {other.run.name}",
        facts={"Run": _told(one), "Reference": _told(other)},
        markdown_=page.suffix.lower() == ".md",
    )
    path = comparison.save_comparison(content, page)
    if json:
        output.as_json({"page": str(path), "findings": [output.finding(found) for found in findings]})
        return
    for found in findings:
        output.sentence(found.title, found.text)
        for warning in found.warnings:
            output.sentence("Note", warning)
        for table in comparison.printed(found, briefly=True):
            output.rows(table, title=table.caption)
    print(path)


def _told(played: Played) -> str:
    """What a run is, in a line."""
    seats = "; ".join(
        f"{name}: {', '.join(f'{key} {value}' for key, value in settings.items())}"
        for name, settings in played.design.respondents.items()
    )
    done = played.status
    return f"{played.run.name}, {done.finished} of {done.sessions} sessions. {seats}"
