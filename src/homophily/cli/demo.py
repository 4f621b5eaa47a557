"""``demo``: every system at work offline, what was found beside what was planted."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

if TYPE_CHECKING:
    from homophily.demo import Part

__all__ = ["demo"]

_RUNS = Path("runs")


@app.command(
    epilog=examples(
        "homophily demo",
        "homophily demo --quick",
        "homophily demo --only dyads --only lineage --folder /tmp/demo --json",
    )
)
def demo(
    folder: options.Folder = _RUNS,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PART",
            help="controllability, dyads, debate, teammates, filter or lineage; can be given again.",
        ),
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Smaller studies: a first look.")] = False,
    seed: options.Seed = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Show the whole laboratory: studies with synthetic respondents, the token filter, a family of models.

    It costs nothing and needs no network. Each part has a report; FOLDER/index.html leads to them all, with
    what was known beforehand beside what was found. Stopped, the same command goes on.
    """
    from homophily.cli._progress import shown
    from homophily.demo import tour

    parts: list[Part] = []
    for part in tour(
        folder,
        only=only or (),
        seed=seed,
        quick=quick,
        quiet=quiet,
        starting=output.say,
        showing=partial(shown, quiet=quiet),
    ):
        parts.append(part)
        if not json:
            _print(part)
    index = folder / "index.html"
    if json:
        output.as_json({"index": str(index), "parts": [_plain(part) for part in parts]})
    else:
        print(f"all of it: {index}")


def _print(part: Part) -> None:
    from homophily.demo import table

    if part.lacking:
        output.sentence(part.title, part.lacking)
        return
    if part.checks:
        output.rows(table(part.checks), title=f"{part.title}: planted and found")
    said = [part.planted, part.found, part.note, f"report: {part.report} ({part.seconds:.0f} s)"]
    print(*filter(None, said), sep="\n", end="\n\n")


def _plain(part: Part) -> dict[str, object]:
    return {
        "part": part.name,
        "title": part.title,
        "planted": part.planted,
        "found": part.found,
        "checks": [asdict(check) for check in part.checks],
        "report": str(part.report) if part.report else None,
        "seconds": round(part.seconds, 1),
        "lacking": part.lacking,
    }
