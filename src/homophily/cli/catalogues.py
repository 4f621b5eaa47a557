"""Commands that list what there is: ``list``, ``studies``, ``instruments``."""

from __future__ import annotations

from typing import Annotated

import typer

from homophily import catalogue
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UnknownName

__all__ = ["everything", "studies"]

Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for scripts.")]


@app.command("list", epilog=examples("homophily list", "homophily list values.similarity --json"))
def everything(
    name: Annotated[str | None, typer.Argument(help="One catalogue; all of them if left out.")] = None,
    json: Json = False,
) -> None:
    """List the catalogues: studies, respondents, personas, similarity measures and more."""
    if name is not None and name not in catalogue.CATALOGUES:
        raise UnknownName("catalogue", name, catalogue.CATALOGUES)
    wanted = [name] if name else sorted(catalogue.CATALOGUES)
    if json:
        output.as_json({each: catalogue.describe(each) for each in wanted})
        return
    for each in wanted:
        rows = [{"name": key, "what it is": line} for key, line in catalogue.describe(each).items()]
        output.table(rows, title=each)


@app.command("studies", epilog=examples("homophily studies", "homophily studies --json"))
def studies(json: Json = False) -> None:
    """List the studies that `homophily run` knows by name."""
    found = catalogue.describe("studies")
    if json:
        output.as_json(found)
    else:
        output.table([{"study": name, "what it asks": line} for name, line in found.items()])
