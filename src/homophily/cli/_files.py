"""Options of commands that read a file of dilemmas, and how it is read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _output as output
from homophily.cli._options import pairs, value_of
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.dilemmas import Cleaning, Loaded

__all__ = ["Columns", "Language", "Raw", "Rules", "SkipBad", "Words", "account", "load"]

Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        "-c",
        metavar="FIELD=COLUMN",
        help="Which column holds what: id, text, text.ja, title, language, flair, score, verdict, votes, "
        "votes.NTA, scores, scores.NTA; can be given again.",
    ),
]
Words = Annotated[
    list[str] | None,
    typer.Option("--verdict", metavar="WORD=CODE", help="The file's own word for a verdict, such as 1=YTA."),
]
Language = Annotated[str, typer.Option(metavar="CODE", help="Language of texts where no column says it.")]
Rules = Annotated[
    list[str] | None,
    typer.Option(
        "--rule",
        metavar="NAME=VALUE",
        help="Change a cleaning rule: edits (paragraphs, rest, keep), flairs, removed, above_score, "
        "above_characters; can be given again.",
    ),
]
Raw = Annotated[bool, typer.Option("--raw", help="No cleaning: cut nothing, leave nothing out.")]
SkipBad = Annotated[
    bool,
    typer.Option("--skip-bad", help="Skip rows that cannot be read, and count them, instead of stopping."),
]


def load(
    file: Path | None,
    *,
    columns: list[str] | None,
    words: list[str] | None = None,
    language: str = "en",
    rules: list[str] | None = None,
    raw: bool = False,
    skip_bad: bool = False,
    votes_only: bool = False,
) -> Loaded:
    """The dilemmas of a file, or the shipped ones.

    Raises:
        UsageError: An option that is not ``name=value``, or a rule that does not exist or fit.
        DataError: A row cannot be read and was not to be skipped.
    """
    from homophily import dilemmas

    if file is None:
        return dilemmas.Loaded(dilemmas=dilemmas.shipped())
    return dilemmas.load(
        file,
        columns=pairs(columns, "--column", "text=selftext"),
        language=language,
        verdicts=_verdicts(words),
        cleaning=_cleaning(rules, raw),
        skip_bad=skip_bad,
        votes_only=votes_only,
    )


def account(loaded: Loaded) -> None:
    """Say on stderr what was left out and what was skipped."""
    for reason, number in loaded.left_out.items():
        output.say(f"left out {number:,}: {reason}")
    for fault in loaded.bad:
        output.say(f"skipped {fault}")
    if loaded.bad:
        output.say(f"skipped {len(loaded.bad):,} in all")


def _verdicts(words: list[str] | None) -> dict[str, str]:
    from homophily.dilemmas import VERDICTS

    found = pairs(words, "--verdict", "1=YTA")
    for code in found.values():
        if code not in VERDICTS:
            raise UnknownName("verdict", code, VERDICTS)
    return found


def _cleaning(rules: list[str] | None, raw: bool) -> Cleaning:
    from pydantic import ValidationError

    from homophily.dilemmas import Cleaning

    given: dict[str, Any] = {
        name: value_of(value) for name, value in pairs(rules, "--rule", "edits=rest").items()
    }
    for name in given:
        if name not in Cleaning.model_fields:
            raise UnknownName("cleaning rule", name, Cleaning.model_fields)
    if given.get("above_score") == "none":
        given["above_score"] = None
    try:
        return Cleaning.model_validate({**(Cleaning.none().model_dump() if raw else {}), **given})
    except ValidationError as error:
        fault = error.errors()[0]
        raise UsageError(f"--rule {fault['loc'][0]}: {fault['msg']}.") from None
