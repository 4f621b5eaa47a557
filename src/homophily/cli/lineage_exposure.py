"""The command ``lineage exposure``: how much would a leak of a model's bits reveal, given its public base?"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homophily import catalogue
from homophily.cli import _filtering as shared
from homophily.cli import _options as options
from homophily.cli import _output as output
from homophily.cli._app import examples
from homophily.cli._progress import shown
from homophily.cli.lineage import lineage
from homophily.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from homophily.lineage.exposure import Defence, Exposure, Part, Strategy

__all__ = ["exposure"]

_SHELF = "lineage.exposure.strategies"
_READERS = ("likely", "adaptive")


@lineage.command(
    "exposure",
    epilog=examples(
        "homophily lineage exposure ./ours --base ./public --probe texts.jsonl",
        "homophily lineage exposure ./ours --base ./public --probe texts.txt --siblings ./s1 --siblings ./s2",
        "homophily lineage exposure ./ours --base ./public --probe ids.jsonl --html page.html --keep kept",
        "homophily lineage exposure ./ours --base ./public --probe texts.txt --budget 4 --order last",
        "homophily lineage exposure ./ours --base ./public --probe texts.txt --errors .001 --erasures .01",
    ),
)
def exposure(
    victim: Annotated[
        Path, typer.Argument(metavar="VICTIM", help="Your model's folder.", show_default=False)
    ],
    base: Annotated[Path, typer.Option(help="The public base it was tuned from.", show_default=False)],
    probe: Annotated[
        Path,
        typer.Option(
            help="Inputs: a text file, or JSON lines with text or tokens, and maybe label.",
            show_default=False,
        ),
    ],
    siblings: Annotated[
        list[Path] | None,
        typer.Option(
            help="Another fine-tune of the base, from which a reader learns how far weights move; can be "
            "given again. Without one the reader knows your own: the worst case."
        ),
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option("--strategy", metavar="NAMES", help="Strategies, by commas; all if left out."),
    ] = None,
    defences: Annotated[
        str, typer.Option(metavar="NAMES", help="Defences to try, such as noise:1,codes:8; all, or none.")
    ] = "all",
    target: Annotated[float, typer.Option(min=0.01, max=1, help="Agreement that counts as revealed.")] = 0.95,
    budget: Annotated[float, typer.Option(min=0, help="Most bits a weight, over all weights.")] = math.inf,
    order: Annotated[
        str, typer.Option(help="Tensors under a budget: by name, size, gain, or from the last block.")
    ] = "name",
    precisions: Annotated[
        str | None,
        typer.Option(metavar="NUMBERS", help="Precisions of adaptive reading, in sigmas of the change."),
    ] = None,
    width: Annotated[
        float | None, typer.Option(min=0, help="Half width of the prior's range, in sigmas of the change.")
    ] = None,
    escape: Annotated[
        str, typer.Option(help="Weights outside their range: ignore, check (a bit a weight), or told.")
    ] = "ignore",
    errors: Annotated[float, typer.Option(help="Probability that a bit is read wrongly.")] = 0.0,
    erasures: Annotated[float, typer.Option(help="Probability that a bit cannot be read.")] = 0.0,
    again: Annotated[
        bool, typer.Option("--again", help="Read an erased bit again until it arrives.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most inputs of the probe, drawn by the seed.")] = 256,
    length: Annotated[int, typer.Option(min=2, help="Most tokens of an input.")] = 128,
    seed: Annotated[int, typer.Option(min=0, help="Seed of all that is drawn.")] = 0,
    html: Annotated[Path | None, typer.Option(help="Write a page that needs nothing beside it.")] = None,
    csv: Annotated[
        Path | None, typer.Option(help="Write every point; beside it …-tensors and …-defences.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="Draw the curve: .svg, .png or .pdf.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep finished curves in this file, and go on from those in it.")
    ] = None,
    quiet: options.Quiet = False,
    json: options.Json = False,
) -> None:
    """Audit how much a leak of your model's stored bits would reveal, given its public base.

    A simulation over two checkpoints that you hold: it reads your files and nothing else. Bits of the victim
    are read as several strategies would, and the copy that they give is held against it on the probe. The
    curve, the tensors, and what defences buy are told in bits a weight.
    """
    if figure is not None and figure.suffix.lower() not in (".svg", ".png", ".pdf"):
        raise UsageError(f"--figure {str(figure)!r}: end the name in .svg, .png or .pdf.")
    chosen = _strategies(strategies, precisions, width, escape, order)
    guards = _defences(defences, seed)
    shared.have_torch()
    from homophily.lineage.exposure import Channel, Kept, Subject, audit, fingerprint, load_probe, pair

    channel = Channel(errors=errors, erasures=erasures, again=again, seed=seed)
    inputs = load_probe(probe, limit=limit, seed=seed)
    parts = pair(victim, base, siblings or ())
    subject = Subject(victim, inputs, length=length)
    about = [fingerprint(parts), repr(inputs), repr(channel), budget, order, length, shared.versions()]
    with shown(quiet=quiet) as progress:
        found = audit(
            parts,
            subject,
            chosen,
            reader=next((name for name in _READERS if name in chosen), next(iter(chosen))),
            defences=guards,
            target=target,
            channel=channel,
            budget=budget,
            order=order,
            kept=Kept(keep, about),
            progress=progress,
        )
    facts = {
        "Victim": victim.resolve().name,
        "Base": base.resolve().name,
        "Prior": ", ".join(each.resolve().name for each in siblings or ()) or "the victim's own changes",
        "Probe": f"{probe.name}: {len(inputs):,} inputs, {found.predictions:,} predictions",
        **_facts(found, parts),
        "Bits": f"errors {errors:g}, erasures {erasures:g}{', read again' if again else ''}",
        "Budget": "none" if math.isinf(budget) else f"{budget:g} bits a weight, tensors by {order}",
        "Seed": str(seed),
        "Versions": ", ".join(f"{name} {version}" for name, version in shared.versions().items()),
    }
    _tell(found, facts, html=html, csv=csv, figure=figure, json=json)


def _strategies(
    names: str | None, precisions: str | None, width: float | None, escape: str, order: str
) -> dict[str, Strategy]:
    from homophily.lineage.exposure import ORDERS

    if order not in ORDERS:
        raise UnknownName("order of tensors", order, ORDERS)
    if escape not in ("ignore", "check", "told"):
        raise UnknownName("rule for weights outside", escape, ("ignore", "check", "told"))
    wanted = shared.names_of(names, _SHELF, catalogue.names(_SHELF))
    found: dict[str, Strategy] = {name: catalogue.get(_SHELF, name)() for name in wanted}
    changes: dict[str, object] = {"escape": escape}
    if precisions is not None:
        levels = sorted(shared.numbers_of(precisions, "--precisions"), reverse=True)
        if levels[-1] < 0:
            raise UsageError(f"--precisions {precisions!r}: not below 0.")
        changes["levels"] = tuple(levels)
    if width is not None:
        changes["width"] = width
    return {
        name: replace(each, **changes) if name in _READERS else each  # type: ignore[type-var]
        for name, each in found.items()
    }


def _defences(names: str, seed: int) -> list[Defence]:
    from homophily.lineage.exposure import DEFENCES, defence_of

    wanted = () if names == "none" else DEFENCES if names == "all" else names.split(",")
    return [defence_of(name, seed=seed) for name in wanted if name.strip()]


def _facts(found: Exposure, parts: list[Part]) -> dict[str, str]:
    run = f"{found.weights:,} of {found.stored_bits} bits"
    left = sum(part.size for part in parts) - found.weights
    told = {"Weights": run + (f"; {left:,} that the model does not run are left out" if left else "")}
    if found.new:
        told["New"] = f"{found.new:,} without a counterpart in the base, read in full"
    if found.right is not None:
        told["Victim right"] = f"{found.right:.3f} of its predictions"
    return told


def _tell(
    found: Exposure,
    facts: dict[str, str],
    *,
    html: Path | None,
    csv: Path | None,
    figure: Path | None,
    json: bool,
) -> None:
    from homophily.report.lineage import (
        defence_table,
        exposure_plain,
        exposure_sentence,
        strategy_table,
        write_exposure,
    )

    for path in write_exposure(found, facts=facts, html=html, csv_=csv, figure=figure):
        output.say(f"written: {path}")
    if json:
        output.as_json(exposure_plain(found, facts))
        return
    output.sentence("Exposure", exposure_sentence(found))
    output.rows(strategy_table(found, brief=True), title="Agreement at bits a weight")
    if found.defences:
        output.rows(defence_table(found, brief=True), title=f"Defences, against {found.reader}")
    for name, value in facts.items():
        output.say(f"{name}: {value}")
