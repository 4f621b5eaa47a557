"""The command ``lineage trace agree``: which base do a model's outputs agree with?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from homophily.cli import _filtering as shared
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli.lineage_trace import trace

__all__ = ["agree"]


@trace.command(
    epilog=examples(
        "homophily lineage trace agree ./model ./base",
        "homophily lineage trace agree ./model ./base-1 ./base-2 --probes 64",
    )
)
def agree(
    model: Annotated[
        Path, typer.Argument(metavar="MODEL", help="A checkpoint's folder.", show_default=False)
    ],
    bases: Annotated[
        list[Path], typer.Argument(metavar="BASE…", help="Those it may come from.", show_default=False)
    ],
    probes: Annotated[int, typer.Option(min=2, help="Probe inputs, drawn at random.")] = 32,
    tokens: Annotated[int, typer.Option(min=1, help="Tokens of each.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the probes.")] = 0,
    json: options.Json = False,
) -> None:
    """Settle what traces cannot: which base do outputs on probe inputs agree with?"""
    shared.have_torch()
    from homophily.lineage import traces

    ours = traces.open_model(str(model), dtype="float32")
    rows = []
    for base in bases:
        other = traces.open_model(str(base), dtype="float32")
        drawn = traces.probes(traces.shared_words([ours, other]), many=probes, tokens=tokens, seed=seed)
        found = traces.agree(traces.outputs(ours, drawn), traces.outputs(other, drawn), seed=seed)
        rows.append({"base": str(base), **found.plain()})
    if json:
        output.as_json({"model": str(model), "bases": rows})
        return
    output.table(
        [{name: _short(value) for name, value in row.items()} for row in rows],
        title=f"Agreement with {model}",
    )
    output.say(
        "cosine is of centred hidden states, unit by unit; null is its mean ± standard deviation, and p the "
        "share as high, with one model's units in random order. Models trained apart share no order."
    )


def _short(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return " ± ".join(f"{each:.3f}" for each in value)
    return f"{value:.3f}" if isinstance(value, float) else value
