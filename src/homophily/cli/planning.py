"""Commands for before a study: ``power``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError
from homophily.whole import whole

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.study import Study

__all__ = ["power"]

_TELLING = ("term", "outcome", "language", "contrast", "design", "condition", "method")


@app.command(
    epilog=examples(
        "homophily power dyads --set pairs.n=100",
        "homophily power dyads --vary pairs.n=25,50,100,200 --figure power.svg",
        "homophily power dyads --vary respondents.synthetic.similarity_slope=0,0.3,0.6 --replicates 500",
    )
)
def power(
    source: options.Source,
    vary: Annotated[
        list[str] | None,
        typer.Option("--vary", metavar="KEY=V1,V2,…", help="A setting and its values; can be given again."),
    ] = None,
    changes: options.Set = None,
    replicates: Annotated[int, typer.Option(min=1, help="Simulated studies per combination.")] = 100,
    analysis: Annotated[
        str | None, typer.Option(help="Whose estimates are judged; by default the study's own.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the replicates.")] = 1,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one a core by default.")] = None,
    figure: Annotated[Path | None, typer.Option(help="Write the curve as SVG here.")] = None,
    json: options.Json = False,
) -> None:
    """Say how often a study would find its effects, by playing it many times with synthetic respondents.

    What the respondents hold is a setting: respondents.synthetic.similarity_slope and others.
    """
    from homophily.analysis import power as simulate
    from homophily.lab.loading import load_design

    study, design = load_design(source, options.settings(changes))
    grid = _grid(vary) or {"study": [study.name]}
    judged = analysis or _analysis(study)
    processes = 1 if source.endswith(".py") else workers or os.cpu_count() or 1
    output.say(f"judging {judged!r}: {replicates} studies for each combination")
    found = simulate(
        study, design, grid=grid, replicates=replicates, analysis=judged, seed=seed, workers=processes
    )
    if figure is not None:
        _draw(found, figure)
    if json:
        output.as_json(found.to_dict("records"))
    else:
        output.table(_rows(found, [key for key in grid if key != "study"]))


def _rows(found: pd.DataFrame, varied: list[str]) -> list[dict[str, Any]]:
    """The table as people read it: what was varied, what tells estimates apart, what was found."""
    from homophily.report import numbers

    telling = [c for c in _TELLING if c in found and found[c].nunique() > 1]
    return [
        {
            **{key: row[key] for key in (*varied, *telling)},
            "mean": numbers.plain(row["mean"]),
            "power": numbers.bounded(row["power"]),
            "95 % interval": numbers.interval(row["low"], row["high"], unit=True),
        }
        for _, row in found.iterrows()
    ]


def _grid(vary: list[str] | None) -> dict[str, list[Any]]:
    grid = {}
    for text in vary or []:
        name, equals, values = text.partition("=")
        if not equals or not values:
            raise UsageError(f"--vary {text!r}: write it as key=value,value, such as --vary pairs.n=50,100.")
        grid[name.strip()] = [options.value_of(each.strip()) for each in values.split(",")]
    return grid


def _analysis(study: Study) -> str:
    planned = [step.analysis for step in study.plan]
    leading = [name for name in ("partner_control", "within_between") if name in planned]
    return leading[0] if leading else planned[min(1, len(planned) - 1)]


def _draw(found: pd.DataFrame, path: Path) -> None:
    from types import SimpleNamespace

    from homophily import catalogue
    from homophily.report import style

    with style():
        drawn = catalogue.get("report.figures", "power")(SimpleNamespace(data=found, estimates=found))
        with whole(path) as part:
            drawn.savefig(part, facecolor="white")
