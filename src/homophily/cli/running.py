"""Commands that play: ``run``, ``resume``, ``status``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.cli._plan import show
from homophily.errors import RespondentError

if TYPE_CHECKING:
    from homophily.lab.runs import Status
    from homophily.library import Played

__all__ = ["resume", "run", "status"]

_RUNS = Path("runs")
Concurrency = Annotated[int, typer.Option(min=1, help="Sessions under way at once.")]
Ray = Annotated[
    str | None,
    typer.Option(
        "--ray", metavar="ADDRESS", help="Play on this Ray cluster: auto, or HOST:PORT of its head."
    ),
]
Workers = Annotated[
    int | None, typer.Option(min=1, help="With --ray: workers at most; one a core of the cluster by default.")
]
NoReport = Annotated[bool, typer.Option("--no-report", help="Play only; analyse and report later.")]


@app.command(
    epilog=examples(
        "homophily run dyads",
        "homophily run dyads --languages en,ja --seed 7 --set pairs.n=100",
        "homophily run design.toml --dry-run",
        "homophily run design.toml --budget-money 5 --store postgresql+asyncpg://user@host/db",
        "homophily run design.toml --ray auto --store postgresql+asyncpg://user@host/db",
        "homophily run my_study.py --json > result.json",
    )
)
def run(
    source: options.Source,
    changes: options.Set = None,
    languages: options.Languages = None,
    seed: options.Seed = None,
    folder: options.Folder = _RUNS,
    store: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Keep answers in this database, not in the run's folder."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start a new run; read no cached answer.")] = False,
    plan: Annotated[
        Path | None, typer.Option(help="Follow this frozen plan; the report says where the run did not.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan and the prompts; ask nobody.")
    ] = False,
    budget_money: Annotated[float | None, typer.Option(help="Most that may be spent, in US dollars.")] = None,
    budget_tokens: Annotated[int | None, typer.Option(help="Most tokens, read and written together.")] = None,
    budget_asks: Annotated[int | None, typer.Option(help="Most questions put to respondents.")] = None,
    concurrency: Concurrency = 256,
    ray: Ray = None,
    workers: Workers = None,
    no_report: NoReport = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Play a study to its report. The same command goes on with a run that was stopped.

    Answers are kept as they come, in FOLDER/STUDY-HASH; what is recorded is never asked again.
    """
    from homophily.lab import frozen
    from homophily.lab.loading import load_design
    from homophily.lab.runs import create
    from homophily.library import Played

    given = {"money": budget_money, "tokens": budget_tokens, "asks": budget_asks}
    budget = {f"budget.{name}": value for name, value in given.items()}
    study, design = load_design(source, options.settings(changes, languages=languages, seed=seed, **budget))
    if dry_run:
        show(study, design, json=json)
        return
    promised = frozen.read(plan) if plan is not None else None
    file = source if source.endswith(".py") else None
    begun = create(study, design, root=folder, store=store, fresh=fresh, source=file)
    if promised is not None:
        frozen.attach(promised, begun.folder)
    where = {"concurrency": concurrency, "ray": ray, "workers": workers}
    _finish(Played(begun, study, design), where, report=not no_report, quiet=quiet, json=json)


@app.command(
    epilog=examples("homophily resume dyads-1a2b3c4d", "homophily resume runs/dyads-1a2b3c4d --no-report")
)
def resume(
    run: options.Run,
    folder: options.Folder = _RUNS,
    concurrency: Concurrency = 256,
    ray: Ray = None,
    workers: Workers = None,
    no_report: NoReport = False,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Go on with a run that was stopped; a finished one only gets its report anew."""
    from homophily.library import open_run

    where = {"concurrency": concurrency, "ray": ray, "workers": workers}
    _finish(open_run(run, folder=folder), where, report=not no_report, quiet=quiet, json=json)


@app.command(epilog=examples("homophily status", "homophily status dyads-1a2b3c4d --json"))
def status(
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run; all of the folder if left out.")
    ] = None,
    folder: options.Folder = _RUNS,
    json: options.Json = False,
) -> None:
    """Say how far a run has come, or all runs of the folder; also while they are played."""
    from homophily.lab.runs import open_run
    from homophily.lab.runs import status as status_of
    from homophily.lab.waiting import wait

    names = [run] if run else sorted(str(found.parent) for found in folder.glob("*/design.json"))
    found = [wait(status_of(open_run(name, root=folder))) for name in names]
    if json:
        output.as_json([asdict(each) for each in found] if run is None else asdict(found[0]))
    elif found:
        output.table([_row(each) for each in found])
    else:
        output.say(f"no runs in {str(folder)!r} yet. Start one: homophily run dyads")


def _finish(played: Played, where: dict[str, Any], *, report: bool, quiet: bool, json: bool) -> None:
    done = played.play(quiet=quiet, **where)
    path = str(played.report()) if report else None
    findings = played.findings if report else ()
    if json:
        told = [{"name": f.name, "title": f.title, "text": f.text} for f in findings]
        output.as_json(asdict(done) | {"report": path, "findings": told})
    else:
        output.table([_row(done)])
        for finding in findings:
            output.sentence(finding.title, finding.text)
        print(f"report: {path}" if path else f"run: {played.run.folder}")
    if done.failed:
        raise RespondentError(f"{done.failed} sessions failed; homophily resume {done.run} tries them again.")


def _row(status: Status) -> dict[str, Any]:
    return {
        "run": status.run,
        "sessions": f"{status.finished} of {status.sessions}",
        "failed": status.failed,
        "answers": status.answers,
        "missing": status.missing,
        "tokens": status.tokens,
        "cost": f"${status.cost:.2f}",
    }
