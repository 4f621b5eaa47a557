"""Options that several commands share, and how their words are read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from homophily import catalogue
from homophily.errors import UsageError

__all__ = [
    "Folder",
    "Json",
    "Languages",
    "Quiet",
    "Run",
    "Seed",
    "Set",
    "Source",
    "pairs",
    "settings",
    "value_of",
]


def _studies(incomplete: str) -> list[str]:
    return [name for name in catalogue.names("studies") if name.startswith(incomplete)]


def _runs(incomplete: str) -> list[str]:
    return [d.parent.name for d in Path("runs").glob("*/design.json") if d.parent.name.startswith(incomplete)]


Json = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for scripts.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")]
Source = Annotated[
    str,
    typer.Argument(
        metavar="STUDY|FILE",
        help="A study's name, a design file (.toml, a run's design.json) or a study of your own (.py).",
        autocompletion=_studies,
        show_default=False,
    ),
]
Run = Annotated[
    str,
    typer.Argument(
        metavar="RUN",
        help="A run's folder, or its name in the folder of runs; a study's name if it has one run there.",
        autocompletion=_runs,
        show_default=False,
    ),
]
Folder = Annotated[Path, typer.Option("--folder", "--runs", help="The folder of runs.", metavar="FOLDER")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set", "-s", metavar="KEY=VALUE", help="Change a setting of the design; can be given again."
    ),
]
Languages = Annotated[str | None, typer.Option(metavar="CODES", help="Languages, such as en,ja.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of everything drawn.")]


def settings(changes: list[str] | None, *, languages: str | None = None, **named: Any) -> dict[str, Any]:
    """The settings that options stand for, by dotted key; ``--set`` goes last.

    Raises:
        UsageError: A change that is not ``key=value``.
    """
    given = {name: value for name, value in named.items() if value is not None}
    if languages is not None:
        given["languages"] = [code.strip() for code in languages.split(",") if code.strip()]
    for change in changes or []:
        name, equals, value = change.partition("=")
        if not equals or not name.strip():
            raise UsageError(f"--set {change!r}: write it as key=value, such as --set pairs.n=50.")
        given[name.strip()] = value_of(value.strip())
    return given


def value_of(text: str) -> Any:
    """A value as TOML writes it; what TOML does not know is text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def pairs(given: list[str] | None, option: str, such: str) -> dict[str, str]:
    """The names and values of an option that is given as ``name=value``, again and again.

    Raises:
        UsageError: One is not of this form; the message shows `such` a one.
    """
    found = {}
    for each in given or []:
        name, equals, value = each.partition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"{option} {each!r}: write it as {such}.")
        found[name.strip()] = value.strip()
    return found
