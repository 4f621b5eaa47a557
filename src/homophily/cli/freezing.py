"""Commands for the open record of a study: ``plan``, ``archive``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples

__all__ = ["archive", "plan"]

_RUNS, _PLAN = Path("runs"), Path("plan.json")


@app.command(
    epilog=examples(
        "homophily plan dyads --set pairs.n=100 -o plan.json",
        "homophily run dyads --set pairs.n=100 --plan plan.json",
    )
)
def plan(
    source: options.Source,
    changes: options.Set = None,
    languages: options.Languages = None,
    seed: options.Seed = None,
    target: Annotated[Path, typer.Option("--output", "-o", help="The new file to write.")] = Path(
        "plan.json"
    ),
    json: options.Json = False,
) -> None:
    """Freeze design, instruments, prompts and analyses before there are data, as for a preregistration.

    Prompts and instruments go in as hashes. `homophily run … --plan FILE` then follows the plan, and the
    report says where it did not.
    """
    from homophily.lab import frozen
    from homophily.lab.loading import load_design

    study, design = load_design(source, options.settings(changes, languages=languages, seed=seed))
    made = frozen.freeze(study, design)
    path = frozen.write(made, target)
    if json:
        output.as_json(made | {"file": str(path)})
        return
    print(path)
    output.say(
        f"{made['sessions']:,} sessions, {made['asks']:,} asks, {len(made['instruments'])} instruments, "
        f"{len(made['analyses'])} analyses; sha256 {made['sha256'][:16]}…"
    )


@app.command(
    epilog=examples("homophily archive dyads-1a2b3c4d", "homophily archive dyads-1a2b3c4d -o osf/study-1.zip")
)
def archive(
    run: options.Run,
    folder: options.Folder = _RUNS,
    target: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; RUN.zip if left out.")
    ] = None,
    wordings: Annotated[
        bool, typer.Option("--wordings", help="With the wordings of instruments of your own, if you may.")
    ] = False,
) -> None:
    """Put a run into one file to deposit: data, codebook, design, plan, report, and the store behind them.

    Unzipped anywhere, `homophily analyse` gives the same numbers again, offline. Nothing that identifies a
    participant goes in.
    """
    from homophily.library import open_run

    played = open_run(run, folder=folder)
    print(played.archive(target or Path(f"{played.run.name}.zip"), wordings=wordings))
