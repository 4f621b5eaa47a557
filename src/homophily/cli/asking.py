"""Commands about questions and those who answer: ``instruments``, ``models``, ``score``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError
from homophily.whole import whole

__all__ = ["list_instruments", "models", "score", "show_instrument", "validate_instrument"]

instruments = typer.Typer(
    help="List, show and check questionnaires, shipped ones and your own.",
    epilog=examples("homophily instruments", "homophily instruments show trust --language ja"),
    invoke_without_command=True,
)
app.add_typer(instruments, name="instruments")

Instrument = Annotated[
    str, typer.Argument(help="A name, or a .toml, .json or .csv file.", show_default=False)
]


@instruments.callback()
def _front(context: typer.Context, json: options.Json = False) -> None:
    """List, show and check questionnaires, shipped ones and your own."""
    if context.invoked_subcommand is None:
        list_instruments(json)


@instruments.command("list", epilog=examples("homophily instruments list --json"))
def list_instruments(json: options.Json = False) -> None:
    """List the instruments that are shipped."""
    from homophily.instruments import load, names

    rows = [_row(load(name)) for name in names()]
    if json:
        output.as_json(rows)
    else:
        output.table([{**row, "languages": ", ".join(row["languages"])} for row in rows])


@instruments.command(
    "show", epilog=examples("homophily instruments show trust", "homophily instruments show mine.toml")
)
def show_instrument(
    instrument: Instrument,
    language: Annotated[str, typer.Option(help="Which wording.")] = "en",
    json: options.Json = False,
) -> None:
    """Print an instrument's items as they are asked."""
    from homophily.instruments import load

    found = load(instrument)
    items = found.items(language, **{name: f"{{{name}}}" for name in found.placeholders})
    rows = [{"item": i.id, "measures": i.measures, "reverse": i.reverse, "text": i.text} for i in items]
    if json:
        output.as_json({**_row(found), "source": found.source, "licence": found.licence, "items": rows})
        return
    output.table(
        [{**row, "reverse": "reverse" if row["reverse"] else ""} for row in rows], title=_row(found)["title"]
    )
    output.say(f"source: {found.source}\nlicence: {found.licence}")


@instruments.command("validate", epilog=examples("homophily instruments validate my-scale.toml"))
def validate_instrument(instrument: Instrument, json: options.Json = False) -> None:
    """Check an instrument's file: its schema, its wordings, and its own checks of known answers."""
    from homophily.instruments import load

    row = _row(load(instrument))
    if json:
        output.as_json(row)
    else:
        print(f"{instrument}: valid; {row['items']} items in {', '.join(row['languages'])}.")


@app.command(
    epilog=examples(
        "homophily models http://localhost:11434/v1",
        "homophily models https://api.openai.com/v1 --key-env OPENAI_API_KEY --probe gpt-5-mini",
    )
)
def models(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="The base of an OpenAI-compatible API.", show_default=False)
    ],
    key_env: Annotated[
        str, typer.Option(help="Environment variable that holds the key.", metavar="NAME")
    ] = "",
    probe: Annotated[
        str, typer.Option(help="Try what this model can do, with six short requests.", metavar="MODEL")
    ] = "",
    json: options.Json = False,
) -> None:
    """List the models a server offers, or try what one of them can do."""
    from homophily import wire
    from homophily.lab.waiting import wait

    key = _key(key_env)
    if probe:
        found: Any = asdict(wait(wire.probe(url, probe, key, key_env=key_env)))
        rows = [{"ability": name, "found": value} for name, value in found.items()]
    else:
        found = wait(wire.models(url, key, key_env=key_env))
        rows = [{"model": name} for name in found]
    if json:
        output.as_json(found)
    elif rows:
        output.table(rows)


@app.command(
    epilog=examples(
        "homophily score ESS9.csv --output scores.csv",
        "homophily score answers.csv --key pvq40 --keep id,country --missing 99",
    )
)
def score(
    file: Annotated[
        Path, typer.Argument(help="One person a row: CSV, TSV, Parquet, Stata or SPSS.", show_default=False)
    ],
    key: Annotated[str, typer.Option(help="auto, ess, pvq21, pvq40, pvqrr or pvqrr19.")] = "auto",
    prefix: Annotated[
        str | None, typer.Option(help="Of the numbered columns, where there are several sets.")
    ] = None,
    missing: Annotated[str, typer.Option(help="Codes that mean no answer.", metavar="CODES")] = "",
    keep: Annotated[str, typer.Option(help="Further columns to take along.", metavar="COLUMNS")] = "",
    target: Annotated[Path | None, typer.Option("--output", "-o", help="Write a CSV file here.")] = None,
    json: options.Json = False,
) -> None:
    """Score a file of PVQ or ESS answers: ten values a person, raw, centred and ranked."""
    from homophily.values.score import score_file

    try:
        codes = [float(code) for code in _words(missing)]
    except ValueError as error:
        raise UsageError(f"--missing {missing!r}: give numbers, such as 77,99.") from error
    scores = score_file(file, key, prefix=prefix, missing=codes, keep=_words(keep))
    if target is not None:
        with whole(target) as part:
            scores.to_csv(part, index=False)
        output.say(f"{len(scores):,} people scored with key {scores.attrs['key']}: {target}")
    elif json:
        print(scores.to_json(orient="records", force_ascii=False))
    else:
        print(scores.to_csv(index=False), end="")


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _key(name: str) -> str:
    if not name:
        return ""
    if not os.environ.get(name):
        raise UsageError(f"the environment variable {name!r} holds no key: set it first (export {name}=…).")
    return os.environ[name]


def _row(instrument: Any) -> dict[str, Any]:
    return {
        "name": instrument.name,
        "title": instrument.title.get("en") or next(iter(instrument.title.values())),
        "items": len(instrument.entries),
        "languages": list(instrument.languages),
        "measures": ", ".join([m for m in instrument.measures if "." not in m] or instrument.measures),
    }
