"""The command ``cite``: the published sources of a run, a study, or a part of the laboratory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homophily import catalogue
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.references import Reference

__all__ = ["cite"]

_RUNS = Path("runs")
#: Parts that are no catalogue, by the folder whose modules name their sources.
_PARTS = {"filter": "filtering", "lineage": "lineage", "everything": ""}


@app.command(
    epilog=examples(
        "homophily cite runs/dyads-1a2b3c4d > references.bib",
        "homophily cite dyads --format apa",
        "homophily cite lineage",
        "homophily cite values.similarity --format apa",
        "homophily cite trust",
    )
)
def cite(
    thing: Annotated[
        str,
        typer.Argument(
            metavar="RUN|NAME",
            help="A run; a study or design file; filter, lineage or everything; a catalogue; an instrument.",
            show_default=False,
        ),
    ],
    folder: options.Folder = _RUNS,
    form: Annotated[str, typer.Option("--format", metavar="FORM", help="bibtex or apa.")] = "bibtex",
    json: options.Json = False,
) -> None:
    """Print the published sources of a run, of a study, or of a part of the laboratory.

    A run or a study brings exactly what it uses: its method, instruments, analyses, and the software.
    """
    from homophily.references import apa, bibtex

    if form not in ("bibtex", "apa"):
        raise UsageError(f"--format {form!r}: choose bibtex or apa.")
    found = _sources(thing, folder)
    if json:
        output.as_json([each.model_dump(exclude_defaults=True) for each in found])
    elif form == "apa":
        print(*sorted((apa(each) for each in found), key=str.casefold), sep="\n")
    elif found:
        print(bibtex(found), end="")
    if not found:
        output.say(f"{thing} rests on no published source: it is the project's own.")


def _sources(thing: str, folder: Path) -> list[Reference]:
    from homophily.references import find, named_within

    if thing in _PARTS:
        named = ["homophily"] if thing == "everything" else []
        return find([*named, *_flat(named_within(_PARTS[thing]).values()), *_of_data(thing)])
    if thing == "studies":
        return find(_flat(catalogue.get(thing, name).references for name in catalogue.names(thing)))
    if thing in catalogue.CATALOGUES:
        return find(_flat(catalogue.references(thing, name) for name in catalogue.names(thing)))
    if found := _run_or_study(thing, folder):
        return found
    from homophily import instruments

    if thing in instruments.names() or Path(thing).suffix in (".json", ".csv"):
        return find(instruments.load(thing).references)
    known = [*catalogue.names("studies"), *_PARTS, *catalogue.CATALOGUES, *instruments.names()]
    raise UnknownName("run, study, part or instrument", thing, known)


def _run_or_study(thing: str, folder: Path) -> list[Reference] | None:
    from homophily.lab import citing

    if any((each / "design.json").is_file() for each in (Path(thing), folder / thing)):
        from homophily.library import open_run

        played = open_run(thing, folder=folder)
        made = str(played.run.environment.get("created", ""))[:4]
        return citing.sources(played.study, played.design, made=made)
    if thing in catalogue.names("studies") or Path(thing).suffix in (".toml", ".py", ".json"):
        from homophily.lab.loading import load_design

        return citing.sources(*load_design(thing, {}))
    return None


def _of_data(part: str) -> list[str | Reference]:
    """What instruments, studies and lists of values name, which are no modules' own words."""
    if part != "everything":
        return []
    from homophily import instruments
    from homophily.values.taxonomy import taxonomies, taxonomy

    forms = _flat(instruments.load(name).references for name in instruments.names())
    lists = _flat(taxonomy(name).references for name in taxonomies())
    studies = _flat(catalogue.get("studies", name).references for name in catalogue.names("studies"))
    return [*forms, *lists, *studies]


def _flat(groups: Iterable[Iterable[str | Reference]]) -> list[str | Reference]:
    return [each for group in groups for each in group]
