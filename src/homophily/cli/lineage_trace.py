"""Commands about execution patterns: ``lineage trace record``, ``classify``, ``train``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homophily.cli import _filtering as shared
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli._progress import shown
from homophily.cli.lineage import lineage
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.lineage.traces import Reading, Templates, Trace

__all__ = ["classify", "record", "trace", "train"]

trace = typer.Typer(
    help="Execution patterns of a model run in your own process: what do they tell of it?",
    epilog=examples(
        "homophily lineage trace record ./model --out trace.json.gz",
        "homophily lineage trace classify trace.json.gz",
        "homophily lineage trace agree ./model ./base-1 ./base-2",
    ),
    no_args_is_help=True,
)
lineage.add_typer(trace, name="trace")

_MASKS = ("none", "ones", "padded")
_Attention = Annotated[
    str | None, typer.Option(metavar="NAME", help="eager, sdpa, …; the family's default if left out.")
]
_Dtype = Annotated[str, typer.Option(help="auto (the checkpoint's own), float32, bfloat16 or float16.")]


@trace.command(
    epilog=examples(
        "homophily lineage trace record ./model",
        "homophily lineage trace record ./model --tokens 128 --attention eager --out eager.json.gz",
        "homophily lineage trace record --config ./model/config.json",
    )
)
def record(
    model: Annotated[
        Path | None, typer.Argument(metavar="MODEL", help="A checkpoint's folder.", show_default=False)
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="A config.json alone: random weights, which run alike.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The file; gzipped where it ends in .gz.")] = Path(
        "trace.json.gz"
    ),
    tokens: Annotated[int, typer.Option(min=1, help="Tokens of the input, drawn at random.")] = 32,
    batch: Annotated[int, typer.Option(min=1, help="Sequences of the input.")] = 1,
    mask: Annotated[str, typer.Option(help="Attention mask: none, ones, or padded.")] = "ones",
    attention: _Attention = None,
    dtype: _Dtype = "auto",
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; torch's default if left out.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the input.")] = 0,
    json: options.Json = False,
) -> None:
    """Run a model once on drawn tokens and record which operations ran.

    Sees this process alone. The file holds names, shapes, nesting and times of operations, and versions; no
    host, path, process, input or weight.
    """
    if (model is None) == (config is None):
        raise UsageError("give a MODEL or a --config, one of the two.")
    if mask not in _MASKS:
        raise UnknownName("mask", mask, _MASKS)
    shared.have_torch()
    from homophily.lineage import traces

    opened = traces.open_model(str(model or config), attention=attention, dtype=dtype, weights=config is None)
    with _on(threads):
        recorded = traces.run(opened, tokens=tokens, batch=batch, mask=mask, seed=seed)  # type: ignore[arg-type]
    traces.write(recorded, out)
    sizes = traces.read_off(recorded)
    if json:
        output.as_json(
            {"file": str(out), "events": len(recorded), "about": recorded.about, "sizes": sizes.told}
        )
        return
    output.table(
        [{"size": name, "value": value} for name, value in sizes.rows()], title="Read off the shapes"
    )
    output.say(f"written: {out}, {len(recorded):,} operations")


@trace.command(
    epilog=examples(
        "homophily lineage trace classify trace.json.gz",
        "homophily lineage trace classify trace.json.gz --channel durations --json",
        "homophily lineage trace classify trace.json.gz --html trace.html",
    )
)
def classify(
    file: Annotated[Path, typer.Argument(metavar="TRACE", help="From trace record.", show_default=False)],
    templates: Annotated[
        Path | None, typer.Option(help="From trace train; those shipped if left out.")
    ] = None,
    channel: Annotated[str, typer.Option(help="What to go by: names, shapes, durations or long.")] = "names",
    alpha: Annotated[
        float, typer.Option(help="Unknown is what less than this share of known traces is as strange as.")
    ] = 0.01,
    top: Annotated[int, typer.Option(min=1, help="Classes to list.")] = 5,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs nothing beside it.")] = None,
    json: options.Json = False,
) -> None:
    """Tell a trace's architecture, implementation and sizes, or that it is none of the known.

    Also says what cannot be told from a trace, and how that is settled.
    """
    from homophily.lineage import traces

    held = traces.read(file)
    used = traces.load(templates) if templates is not None else None
    told = traces.classify(held, used, channel=channel, alpha=alpha)
    if html is not None:
        from homophily.report.lineage import write_trace

        write_trace(held, told, html, name=file.name)
    if json:
        output.as_json(told.plain())
    else:
        _print(told, top)
    if html is not None:
        output.say(f"written: {html}")


@trace.command(
    epilog=examples(
        "homophily lineage trace train ./traces --out templates.npz",
        "homophily lineage trace train --generate --each 12",
    )
)
def train(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Traces whose files say architecture and implementation.",
            show_default=False,
        ),
    ] = None,
    generate: Annotated[
        bool, typer.Option("--generate", help="Record small models with random weights of every class first.")
    ] = False,
    each: Annotated[int, typer.Option(min=2, help="Traces a class to generate.")] = 12,
    keep: Annotated[
        Path | None, typer.Option(help="A folder to keep generated traces in; run again, it goes on.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The file of templates.")] = Path("templates.npz"),
    seed: Annotated[int, typer.Option(min=0, help="Seed of what is generated.")] = 0,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Make templates anew, settings chosen on circumstances held out."""
    if (folder is None) != generate:
        raise UsageError("give a DIR of traces, or --generate, one of the two.")
    from homophily.lineage import traces

    recorded = _generated(each, seed, keep, quiet=quiet) if folder is None else _of_folder(folder)
    made = traces.make_templates(recorded, tell=(lambda _: None) if quiet else output.say)
    traces.save(made, out)
    if json:
        output.as_json({"file": str(out), "about": made.about, "channels": _chosen(made)})
        return
    output.table(_chosen(made), title="Right answers on circumstances held out")
    output.say(f"written: {out}, {len(recorded):,} traces")


@contextmanager
def _on(threads: int | None) -> Iterator[None]:
    """Torch's threads for as long as the context lasts."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _of_folder(folder: Path) -> list[Trace]:
    from homophily.lineage import traces

    found = sorted((*folder.rglob("*.json"), *folder.rglob("*.json.gz"))) if folder.is_dir() else []
    if not found:
        raise UsageError(f"no traces (*.json, *.json.gz) in {str(folder)!r}.")
    return [traces.read(path) for path in found]


def _generated(each: int, seed: int, keep: Path | None, *, quiet: bool) -> list[Trace]:
    shared.have_torch()
    from homophily.lineage import traces
    from homophily.lineage.traces.families import FAMILIES

    whole = each * sum(len(family.implementations) for family in FAMILIES.values())
    made = _kept(keep, whole, f"{seed}-{each}") if keep is not None else []
    with shown(quiet=quiet) as progress:
        for recorded in traces.make(each, seed=seed, start=len(made)):
            if keep is not None:
                traces.write(recorded, keep / f"{seed}-{each}-{len(made):05d}.json.gz")
            made.append(recorded)
            progress("traces", len(made), whole)
    return made


def _kept(folder: Path, whole: int, kind: str) -> list[Trace]:
    """What an earlier run that was stopped has kept, up to the first that is missing."""
    from homophily.lineage import traces

    found: list[Trace] = []
    while len(found) < whole and (path := folder / f"{kind}-{len(found):05d}.json.gz").is_file():
        found.append(traces.read(path))
    return found


def _chosen(made: Templates) -> list[dict[str, Any]]:
    rows = []
    for name, own in made.recognisers.items():
        best = max(own.chosen["tried"], key=lambda tried: (tried["right"], -tried["loss"]))
        rows.append(
            {
                "channel": name,
                "classes": len(own.classes),
                "right": f"{best['right']:.3f}",
                "n-grams": f"up to {own.longest}",
                "ridge": f"{own.chosen['ridge']:g}",
                "folds": own.chosen["folds"],
            }
        )
    return rows


def _print(told: Reading, top: int) -> None:
    from homophily.report.lineage import trace_sentence

    output.sentence("Execution pattern", trace_sentence(told))
    output.table(
        [
            {
                "architecture": architecture,
                "implementation": implementation,
                "probability": f"{share:.3f}",
                "distance": f"{told.distances[architecture, implementation]:.3f}",
            }
            for (architecture, implementation), share in list(told.probabilities.items())[:top]
        ],
        title="If it is one of the known",
    )
    output.table([{"size": name, "value": value} for name, value in told.dimensions.rows()], title="Sizes")
    for line in told.cautions:
        output.sentence("Caution", line)
    output.sentence("What a trace does not tell", " ".join(told.untold))
