"""Commands for people's labels beside the judges': ``debate audit-out``, ``debate audit-in``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli.debating import debate
from homophily.errors import UsageError

__all__ = ["audit_in", "audit_out"]

_RUNS = Path("runs")
_VALUES = "values-48"

Values = Annotated[
    str, typer.Option("--values", metavar="NAME|FILE", help="The taxonomy that coders choose from.")
]


@debate.command(
    "audit-out",
    epilog=examples(
        "homophily debate audit-out debate-1a2b3c4d --to audit",
        "homophily debate audit-out debate-1a2b3c4d --to audit --messages 200 --seed 7",
    ),
)
def audit_out(
    run: options.Run,
    target: Annotated[
        Path, typer.Option("--to", help="Folder to write into.", metavar="FOLDER", show_default=False)
    ],
    messages: Annotated[int, typer.Option(min=1, help="How many messages are drawn.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw.")] = 1,
    values: Values = _VALUES,
    folder: options.Folder = _RUNS,
    json: options.Json = False,
) -> None:
    """Draw messages for people to label: a blinded sheet, a codebook, and a key to keep.

    Give coders sheet.csv and codebook.csv, never key.csv: it says who wrote what. Each fills in a copy named
    after them, up to five codes or names a row, or a mark under 'none'.
    """
    from homophily.analysis._audit import sheet
    from homophily.library import open_run
    from homophily.values.taxonomy import taxonomy

    tables = open_run(run, folder=folder).tables
    files = sheet(tables, target, taxonomy(values), messages=messages, seed=seed)
    if json:
        output.as_json([str(file) for file in files])
    else:
        for file in files:
            output.say(f"wrote {file}")


@debate.command(
    "audit-in",
    epilog=examples(
        "homophily debate audit-in debate-1a2b3c4d --key audit/key.csv ann.csv ben.csv",
    ),
)
def audit_in(
    run: options.Run,
    sheets: Annotated[
        list[Path],
        typer.Argument(metavar="SHEET...", help="Filled-in sheets, one a coder.", show_default=False),
    ],
    key: Annotated[
        Path, typer.Option("--key", metavar="FILE", help="The key.csv that was kept.", show_default=False)
    ],
    values: Values = _VALUES,
    folder: options.Folder = _RUNS,
    json: options.Json = False,
) -> None:
    """Read filled-in sheets and print how far people and judges agree."""
    from homophily.analysis._audited import audited
    from homophily.analysis.judge_agreement import judge_agreement
    from homophily.library import open_run
    from homophily.report.tables import estimates
    from homophily.values.taxonomy import taxonomy

    tables, done = audited(open_run(run, folder=folder).tables, key, sheets, taxonomy(values))
    if not any(done.values()):
        raise UsageError("no row of the sheets is filled in: write codes under 'value 1', or mark 'none'.")
    finding = judge_agreement(tables, values=values)
    if json:
        output.as_json(
            {"messages": done, "text": finding.text, "estimates": finding.estimates.to_dict("records")}
        )
        return
    for coder, number in done.items():
        output.say(f"{coder}: {number:,} messages")
    output.sentence(finding.title, finding.text)
    printed, _ = estimates(finding.estimates)
    if printed is not None:
        output.rows(printed)
