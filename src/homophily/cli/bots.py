"""The command ``bots``: synthetic participants through the real pages of a server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.errors import UsageError

if TYPE_CHECKING:
    from homophily.asks import Respondent
    from homophily.lab.design import Design
    from homophily.lab.study import Study
    from homophily.web.bots import Walked

__all__ = ["bots"]

_RUNS = Path("runs")


@app.command(
    epilog=examples(
        "homophily bots teammates --participants 89",
        "homophily bots teammates --participants 89 --with trust_slope=0 --with follow_slope=0",
        "homophily bots runs/teammates-2026/design.json --url http://127.0.0.1:8000 --token-env TOKEN",
    )
)
def bots(
    source: options.Source,
    url: Annotated[
        str, typer.Option(metavar="URL", help="A server that runs; else one is started for the bots.")
    ] = "",
    token_env: Annotated[
        str, typer.Option(metavar="NAME", help="Environment variable with that server's researcher token.")
    ] = "",
    participants: Annotated[int, typer.Option(min=1, help="Bots in each language.")] = 89,
    changes: options.Set = None,
    languages: Annotated[
        str | None,
        typer.Option("--languages", "--language", metavar="CODES", help="Languages, such as en,ja."),
    ] = None,
    seed: options.Seed = None,
    kind: Annotated[str, typer.Option(help="Kind of respondent that answers for them.")] = "volunteer",
    given: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="KEY=VALUE", help="A setting of that kind; can be given again."),
    ] = None,
    name: Annotated[str, typer.Option(help="First part of their participant ids.")] = "bot",
    at_once: Annotated[int, typer.Option(min=1, help="Bots under way at the same time.")] = 8,
    folder: options.Folder = _RUNS,
    quiet: options.Quiet = False,
) -> None:
    """Let bots take part in a study through its real pages, as a rehearsal: from the link to the code.

    They count like people, so do not send them to a server that people use. The same command goes on with
    those not at their end; a server of your own must then run with --takeover. They answer as synthetic
    participants whose parameters are known, which the report should find again.
    """
    from homophily.cli.hosting import seated
    from homophily.lab.seating import seat
    from homophily.web.listening import need

    need("serve")
    from homophily.web.bots import rehearsal

    settings = options.settings(changes, languages=languages, seed=seed)
    if not url and _counts(source):
        settings = {"participants": participants, **settings}
    study, design = seated(source, settings)
    answering = options.settings(given)
    respondent = seat(design.model_copy(update={"respondents": {"bots": {"kind": kind, **answering}}}))[
        "bots"
    ]
    token = os.environ.get(token_env, "") if token_env else ""
    if url and len(token) < 16:
        raise UsageError("--url: name the variable with the server's researcher token by --token-env.")
    file = source if source.endswith(".py") else None
    own = rehearsal(study, design, respondent, kind=kind, folder=folder, source=file)
    with own if not url else _running(url, token) as (run, at, opens):
        walked = asyncio.run(_walk(at, study, design, respondent, opens, participants, name, at_once, quiet))
    ended = sum(bool(each.code) for each in walked)
    output.say(
        f"{ended} of {len(walked)} bots have reached the end, over {sum(w.pages for w in walked)} pages."
    )
    if run is not None:
        output.say(f"its report: homophily report {run.folder}")


async def _walk(
    url: str,
    study: Study,
    design: Design,
    respondent: Respondent,
    token: str,
    participants: int,
    name: str,
    at_once: int,
    quiet: bool,
) -> list[Walked]:
    from homophily.cli._progress import shown
    from homophily.web.bots import crowd

    total = participants * len(design.languages)
    with shown(quiet=quiet) as told:
        count = 0

        def done(walked: Walked) -> None:
            nonlocal count
            count += 1
            told("bots", count, total)

        told("bots", 0, total)
        try:
            return await crowd(
                url,
                study,
                design,
                respondent,
                token=token,
                participants=participants,
                name=name,
                at_once=at_once,
                done=done,
            )
        finally:
            await respondent.aclose()


def _counts(source: str) -> bool:
    """Whether a study has a number of participants to set."""
    from homophily.lab.loading import load_study

    return (
        not source.endswith((".toml", ".json")) and "participants" in load_study(source).design.model_fields
    )


@contextmanager
def _running(url: str, token: str) -> Iterator[tuple[None, str, str]]:
    yield None, url.rstrip("/"), token
