"""Commands about Token Filtering: ``filter eval``, ``filter bench``, ``filter harness``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homophily.cli import _filtering as shared
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import app, examples
from homophily.cli._progress import shown
from homophily.errors import UsageError

if TYPE_CHECKING:
    from homophily.filtering.benchmark import Row
    from homophily.filtering.evaluation import Estimate

__all__ = ["bench", "evaluate", "harness"]

filtering = typer.Typer(
    help="Token Filtering around a local model: what it costs in quality, what it gains in time.",
    epilog=examples("homophily filter eval", "homophily filter bench --shape 1b --contexts 2048"),
    no_args_is_help=True,
)
app.add_typer(filtering, name="filter")

Model = Annotated[
    str | None,
    typer.Argument(
        metavar="MODEL",
        help="A checkpoint's folder, or its name on the hub; the reference model if left out.",
        show_default=False,
    ),
]
Device = Annotated[str | None, typer.Option(help="Such as cpu or cuda:0; CUDA where there is some.")]
Dtype = Annotated[str, typer.Option(help="auto (the checkpoint's own), float32, bfloat16 or float16.")]
Set = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="KEY=VALUE",
        help="A setting of the filter, such as cache_filtered=true; can be given again.",
    ),
]


@filtering.command(
    "eval",
    epilog=examples(
        "homophily filter eval",
        "homophily filter eval ./Llama-3.2-1B --text wiki.test.txt --rules joint,random --ratios .1,.3,.5",
        "homophily filter eval ./Llama-3.2-1B --data benchmarks --measures piqa,hellaswag,mmlu --limit 200",
        "homophily filter eval --measures needle --set needle.lengths=256,512 --set cache_filtered=true",
        "homophily list filtering.evaluation",
    ),
)
def evaluate(
    model: Model = None,
    rules: Annotated[str | None, typer.Option(metavar="NAMES", help="Rules; all if left out.")] = None,
    ratios: Annotated[str, typer.Option(metavar="NUMBERS", help="Shares of attention to skip.")] = ".1,.3,.5",
    measures: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Measures; those whose data are at hand if left out."),
    ] = None,
    text: Annotated[
        Path | None, typer.Option(help="A text to predict: .txt, or .jsonl with a text a line.")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="A folder of suites' files.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Documents a measure; all if left out.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of what a limit draws, and of intervals.")] = 0,
    batch: Annotated[int, typer.Option(min=1, help="Most sequences scored at once.")] = 8,
    device: Device = None,
    dtype: Dtype = "auto",
    changes: Set = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the results.")] = Path("filter-eval"),
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Measure what Token Filtering costs in quality, rule by rule and ratio by ratio, beside the dense model.

    Every document's values are kept in OUT/records.jsonl: the same command goes on where it stopped, and one
    with a larger limit or more rules computes only what is new.
    """
    shared.existing(text, "file")
    shared.existing(data, "folder")
    shared.have_torch()
    from homophily.filtering.evaluation import Records, Source, summarise
    from homophily.filtering.evaluation import evaluate as measure
    from homophily.report.filtering import write_quality

    wanted = shared.names_of(measures, "filtering.evaluation", [])
    chosen = shared.names_of(rules, "filtering.rules", shared.every_rule())
    own, of_measures = shared.parted(changes)
    filters = shared.filters(chosen, shared.numbers_of(ratios, "--ratios"), own)
    checkpoint = shared.opened(model, device=device, dtype=dtype)
    source = Source(text=shared.text_of(model, text), data=data, length=checkpoint.length)
    used = shared.measures_of(wanted, source, of_measures)
    records = Records(out / "records.jsonl")
    with shown(quiet=quiet) as progress:
        cells = measure(
            checkpoint.model,
            checkpoint.tokenizer,
            used,
            [None, *filters],
            source,
            records,
            model_id=checkpoint.id,
            limit=limit,
            seed=seed,
            batch=batch,
            about={"name": checkpoint.name, **shared.versions()},
            progress=progress,
        )
    estimates = summarise(cells, used, records, seed=seed)
    facts = {
        **shared.told(checkpoint),
        "Text": str(text or (source.text and f"{source.text.name}, the model's own") or "none"),
        "Suites": str(data or "none"),
        "Documents": f"at most {limit} a measure, drawn with seed {seed}" if limit else "all",
        "Filter": ", ".join(f"{key} = {value}" for key, value in own.items()) or "every setting its default",
    }
    _tell(estimates, facts, write_quality(estimates, out, facts=facts), json=json)


def _tell(estimates: list[Estimate], facts: dict[str, str], written: list[Path], *, json: bool) -> None:
    from homophily.report.filtering import NOTE, quality_tables

    if json:
        output.as_json({"estimates": [asdict(e) for e in estimates], "files": [str(p) for p in written]})
        return
    for table in quality_tables(estimates):
        output.rows(table, title=table.caption)
    output.say(NOTE)
    _setting(facts)
    output.say(f"written: {', '.join(str(path) for path in written)}")


@filtering.command(
    "harness",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    epilog=examples(
        "homophily filter harness --model_args pretrained=./model,ratio=0.5,rule=joint --tasks piqa",
        "homophily filter harness --model_args pretrained=./model,ratio=0.3 --include_path mine --tasks mine",
        "homophily filter harness -- --help",
    ),
)
def harness(context: typer.Context) -> None:
    """Run lm-evaluation-harness on a filtered model; what follows is handed to it as it is.

    A filter's fields (ratio, rule, where, cache_filtered ...) are model arguments beside the harness's own.
    """
    shared.have_torch()
    from homophily.filtering.harness import run

    run(context.args)


@filtering.command(
    "bench",
    epilog=examples(
        "homophily filter bench",
        "homophily filter bench --shape 1b --dtype bfloat16 --contexts 512,1024,2048 --ratios .5",
        "homophily filter bench ./Llama-3.1-8B --contexts 4096,16384 --batches 1,16 --decode 64",
        "homophily filter bench --shape 1b --clock cpu --set where=all --out here",
    ),
)
def bench(
    model: Model = None,
    shape: Annotated[
        str | None,
        typer.Option(help="Random weights of a known shape in place of MODEL: 135m, 1b, 3b, 7b, 8b, 13b."),
    ] = None,
    rule: Annotated[str, typer.Option(help="The filter's rule.")] = "joint",
    ratios: Annotated[str, typer.Option(metavar="NUMBERS", help="Shares of attention to skip.")] = ".3,.5",
    contexts: Annotated[
        str | None,
        typer.Option(metavar="NUMBERS", help="Tokens of the prompt; up to the model's if left out."),
    ] = None,
    batches: Annotated[str, typer.Option(metavar="NUMBERS", help="Sequences at once.")] = "1",
    decode: Annotated[int, typer.Option(min=0, help="Tokens decoded after the prompt.")] = 32,
    repeats: Annotated[int, typer.Option(min=1, help="Rounds, beside one that is not counted.")] = 5,
    clock: Annotated[str, typer.Option(help="wall, or cpu (processor time) on a busy machine.")] = "wall",
    seed: Annotated[int, typer.Option(min=0, help="Seed of prompts and random weights.")] = 0,
    device: Device = None,
    dtype: Dtype = "auto",
    changes: Set = None,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder of the results.")] = Path("filter-bench"),
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Time a filtered model beside the dense one, and beside an ideal that skips the same share for nothing.

    Prefill and decode apart, with the caches' bytes, the most memory in use, and what deciding costs alone.
    All arms run in turn within each repeat; every sample is kept in OUT/bench.jsonl.
    """
    shared.have_torch()
    from homophily.filtering.benchmark import bench as timed
    from homophily.filtering.benchmark import tabulate
    from homophily.report.filtering import keep_samples, write_speed

    (name,) = shared.names_of(rule, "filtering.rules", [])[:1]
    own, others = shared.parted(changes)
    if others:
        raise UsageError(f"--set {next(iter(others))}.…: a bench has no measures to set.")
    wanted = shared.numbers_of(ratios, "--ratios")
    (settings,) = shared.filters([name], wanted[:1], own)
    checkpoint = shared.shaped(shape, model, device=device, dtype=dtype, seed=seed)
    facts = {
        **shared.told(checkpoint, machine=True),
        "Filter": ", ".join([f"rule = {name}", *(f"{key} = {value}" for key, value in own.items())]),
        "Timing": f"{repeats} interleaved repeats, {clock} time, {decode} tokens decoded",
    }
    rows: list[Row] = []
    with shown(quiet=quiet) as progress:
        for runs in timed(
            checkpoint.model,
            settings,
            contexts=shared.contexts_of(contexts, checkpoint.length, decode),
            ratios=wanted,
            batches=[int(batch) for batch in shared.numbers_of(batches, "--batches")],
            decode=decode,
            repeats=repeats,
            clock=shared.clock_of(clock),
            seed=seed,
            progress=progress,
        ):
            keep_samples(runs, out, facts=facts)
            rows += tabulate(runs)
    _show(rows, facts, write_speed(rows, out, facts=facts), json=json)


def _setting(facts: dict[str, str]) -> None:
    for name, value in facts.items():
        output.say(f"{name}: {value}")


def _show(rows: list[Row], facts: dict[str, str], written: list[Path], *, json: bool) -> None:
    from homophily.report.filtering import brief_tables

    if json:
        output.as_json({"rows": [asdict(row) for row in rows], "files": [str(path) for path in written]})
        return
    for table in brief_tables(rows):
        output.rows(table, title=table.caption)
    _setting(facts)
    output.say(f"written: {', '.join(str(path) for path in written)}")
