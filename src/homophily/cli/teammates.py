"""Commands for the words of the teammates study: ``teammates texts``, ``word``, ``review``."""

from __future__ import annotations

import asyncio
import json as json_
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.asks import Respondent
    from homophily.studies.teammates.reviewed import Reviewed, Wording

__all__ = ["review", "texts", "word"]

teammates = typer.Typer(
    name="teammates",
    help="Words of the teammates study: show the agents' reasons, have a model word them anew, review them.",
    epilog=examples(
        "homophily teammates texts --value SD",
        "homophily teammates word words.toml --respondent chat --set model=gpt-4o",
        "homophily teammates review words.toml",
    ),
    no_args_is_help=True,
)
app.add_typer(teammates)

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="File of wordings under review (.toml).", show_default=False)
]
Language = Annotated[str, typer.Option(metavar="CODE", help="Language, en or ja.")]
Values = Annotated[
    list[str] | None, typer.Option("--value", metavar="CODE", help="Only this value, such as SD; repeatable.")
]


@teammates.command(
    epilog=examples("homophily teammates texts", "homophily teammates texts --value BE --language ja")
)
def texts(values: Values = None, language: Language = "en", json: options.Json = False) -> None:
    """Show the reasons that agents give, by value and kind of decision point."""
    found = _chosen(language, values)
    if json:
        output.as_json(found)
    else:
        output.table([{"reason": name, "text": text} for name, text in found.items()])


@teammates.command(
    epilog=examples(
        "homophily teammates word words.toml --respondent chat --set model=gpt-4o --value SD",
        "homophily teammates word words-ja.toml --respondent local --set model=./checkpoint --language ja",
    )
)
def word(
    file: File,
    respondent: Annotated[
        str, typer.Option(metavar="KIND", help="Who words them: chat, local, or another kind of respondent.")
    ] = "chat",
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", "-s", metavar="KEY=VALUE", help="A setting of that kind; can be given again."),
    ] = None,
    values: Values = None,
    language: Language = "en",
    temperature: Annotated[float, typer.Option(min=0, help="Sampling temperature.")] = 1.0,
    seed: options.Seed = None,
) -> None:
    """Have a model word reasons anew, into a file to be reviewed; nothing is used before it is accepted.

    Each wording is checked by rules of length, of words that must not fall, and of repeats. Beside FILE a log
    (.jsonl) keeps each prompt and answer, with the model and its parameters. Reasons that FILE already holds
    are not worded again.
    """
    from homophily.studies.teammates.reviewed import Reviewed, read, write
    from homophily.studies.teammates.rewording import reword
    from homophily.studies.teammates.texts import texts as said

    kept = read(file) if file.exists() else Reviewed(wording=())
    done = {each.key for each in kept.wordings}
    keys = [name for name in _chosen(language, values) if name not in done]
    if not keys:
        raise UsageError(f"{file} holds all of these reasons already; review it, or name another file.")
    writer = _seated(respondent, options.settings(settings))
    described = {**writer.describe(), "temperature": temperature}
    log = file.with_suffix(".jsonl")
    current = kept

    def keep(wording: Wording) -> None:
        nonlocal current
        current = Reviewed(
            model=f"{respondent} {described.get('model', '')}".strip(),
            parameters={
                name: value for name, value in described.items() if isinstance(value, str | int | float)
            },
            wording=(*current.wordings, wording),
        )
        write(file, current)
        output.say(f"{wording.key}: {'; '.join(wording.faults) or 'no fault found'}")

    def entered(entry: Any) -> None:
        with log.open("a", encoding="utf-8") as lines:
            lines.write(json_.dumps({**entry, "settings": described}, ensure_ascii=False, default=str) + "\n")

    async def run() -> None:
        try:
            made = await reword(
                writer,
                said(language),
                keys,
                seed=1 if seed is None else seed,
                temperature=temperature,
                log=entered,
                tell=keep,
            )
        finally:
            await writer.aclose()
        output.say(f"{len(made)} of {len(keys)} reasons worded anew, to be reviewed in {file}; log: {log}")

    output.written(file, lambda: asyncio.run(run()))


@teammates.command(
    epilog=examples(
        "homophily teammates review words.toml",
        "homophily teammates review words.toml --accept en/SD.entry.0 --reject en/SD.entry.1",
        "homophily teammates review words.toml --list",
    )
)
def review(
    file: File,
    accept: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Accept this wording; can be given again.")
    ] = None,
    reject: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Reject this wording; can be given again.")
    ] = None,
    listing: Annotated[bool, typer.Option("--list", help="Only list all, with their state.")] = False,
    json: options.Json = False,
) -> None:
    """Accept or reject wordings, one after the other; a design uses those accepted (texts = "FILE").

    The file can as well be edited by hand: each wording has a status, open, accepted or rejected.
    """
    from homophily.studies.teammates.reviewed import read, write

    found = read(file)
    if accept or reject:
        found = _decided(found, accept or (), reject or ())
        write(file, found)
    elif not (listing or json):
        if not sys.stdin.isatty():
            raise UsageError("no terminal to ask at: use --accept and --reject, or --list.")
        found = _asked(found, file)
    counts = Counter(each.status for each in found.wordings)
    if json:
        output.as_json([each.model_dump() for each in found.wordings])
    elif listing:
        output.table(
            [
                {"reason": w.key, "state": w.status, "faults": "; ".join(w.faults), "text": w.text}
                for w in found.wordings
            ]
        )
    output.say(", ".join(f"{counts[state]} {state}" for state in ("accepted", "rejected", "open")))


def _chosen(language: str, values: list[str] | None) -> dict[str, str]:
    from homophily.studies.teammates.reviewed import shipped
    from homophily.studies.teammates.texts import LANGUAGES
    from homophily.studies.teammates.texts import texts as said
    from homophily.values import CODES

    if language not in LANGUAGES:
        raise UnknownName("language of the teammates study", language, LANGUAGES)
    for value in values or ():
        if value not in CODES:
            raise UnknownName("value", value, CODES)
    return {
        name: text
        for name, text in shipped(said(language)).items()
        if not values or name.partition("/")[2].partition(".")[0] in values
    }


def _seated(kind: str, settings: dict[str, Any]) -> Respondent:
    from pydantic import ValidationError

    from homophily import catalogue
    from homophily.lab.complaint import complaint

    model = catalogue.get("respondents", kind)
    try:
        found: Respondent = model(**settings)
    except ValidationError as error:
        raise UsageError(complaint(error, model, within=f"the {kind} respondent")) from None
    return found


def _decided(found: Reviewed, accept: list[str] | tuple[()], reject: list[str] | tuple[()]) -> Reviewed:
    known = [each.key for each in found.wordings]
    for name in (*accept, *reject):
        if name not in known:
            raise UnknownName("wording in this file", name, known)
    if both := set(accept) & set(reject):
        raise UsageError(f"{min(both)} cannot be both accepted and rejected.")
    made = found
    for names, status in ((accept, "accepted"), (reject, "rejected")):
        made = _with(made, set(names), status)  # type: ignore[arg-type]
    return made


def _with(found: Reviewed, names: set[str], status: Literal["accepted", "rejected"]) -> Reviewed:
    from homophily.studies.teammates.reviewed import Reviewed

    wordings = tuple(
        each.model_copy(update={"status": status}) if each.key in names else each for each in found.wordings
    )
    return Reviewed(model=found.model, parameters=found.parameters, wording=wordings)


def _asked(found: Reviewed, file: Path) -> Reviewed:
    """Each open wording put to whoever sits at the terminal; every decision is written at once."""
    from homophily.studies.teammates.reviewed import write

    for each in found.wordings:
        if each.status != "open":
            continue
        output.sentence(each.key, "\n".join((f"was: {each.was}", f"now: {each.text}", *each.faults)))
        decided = typer.prompt("accept, reject, skip or quit? [a/r/s/q]", default="s").strip().lower()[:1]
        if decided == "q":
            break
        if decided in ("a", "r"):
            found = _with(found, {each.key}, "accepted" if decided == "a" else "rejected")
            write(file, found)
    return found
