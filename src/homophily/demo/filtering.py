"""Token Filtering in the demonstration: what skipping costs the model that is shipped, rule by rule."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homophily import __version__, catalogue
from homophily.demo.part import Check, Part, Showing, table
from homophily.report import numbers

if TYPE_CHECKING:
    from homophily.filtering.evaluation import Estimate

__all__ = ["filtering"]

_RULES, _RATIOS = ("joint", "random"), (0.1, 0.3, 0.5)
_FEW, _MORE = 8, 40


def filtering(folder: Path, *, seed: int | None, quick: bool, quiet: bool, showing: Showing) -> Part:
    """Measure the shipped model's perplexity on held-out text at three ratios, by two rules, beside dense.

    Args:
        folder: Where the page goes, into ``filter/``; the same call goes on where it stopped.
        seed: Of the documents drawn.
        quick: Fewer documents.
        quiet: Nothing to be quiet about: `showing` is.
        showing: Shows every batch.
    """
    import torch

    from homophily.filtering import TokenFilter
    from homophily.filtering.checkpoint import load
    from homophily.filtering.evaluation import Records, Source, evaluate, summarise
    from homophily.filtering.reference import FOLDER
    from homophily.report.filtering import headline, write_quality

    checkpoint = load(FOLDER, device="cpu", dtype="float32")
    text = next(iter(sorted(FOLDER.glob("held_out.*"))))
    measures = {"perplexity": catalogue.get("filtering.evaluation", "perplexity")}
    filters = [TokenFilter(rule="joint", ratio=0.0)]
    filters += [TokenFilter(rule=rule, ratio=ratio) for rule in _RULES for ratio in _RATIOS]
    records = Records(folder / "filter" / "records.jsonl")
    few = _FEW if quick else _MORE
    with showing() as told:
        cells = evaluate(
            checkpoint.model,
            checkpoint.tokenizer,
            measures,
            [None, *filters],
            Source(text=text, data=None, length=checkpoint.length),
            records,
            model_id=checkpoint.id,
            limit=few,
            seed=seed or 0,
            batch=8,
            about={"name": checkpoint.name},
            progress=told,
        )
    estimates = summarise(cells, measures, records, seed=seed or 0)
    facts = {
        "Model": f"{checkpoint.name}, the one that is shipped",
        "Text": text.name,
        "Documents": f"{few}, drawn with seed {seed or 0}",
        "Versions": f"homophily {__version__}, torch {torch.__version__}, python {platform.python_version()}",
    }
    checks = _checks(estimates)
    written = write_quality(estimates, folder / "filter", facts=facts, planted=table(checks))
    return Part(
        name="filter",
        title="Token Filtering: what skipping redundant tokens costs",
        planted="Known beforehand: to skip nothing changes nothing, and what is asked for is skipped. "
        "What skipping costs is measured; chance is the rule to beat.",
        found=headline(estimates),
        note="In brackets: where the shares of 90 % of the documents lie; 95 % intervals of perplexity.",
        report=next(path for path in written if path.suffix == ".html"),
        checks=tuple(checks),
    )


def _checks(estimates: Sequence[Estimate]) -> list[Check]:
    """Shares skipped by the paper's rule against those asked for, and its cost where nothing is known."""
    shown = [e for e in estimates if e.headline and not e.group and e.rule == "joint"]
    shown.sort(key=lambda e: -e.ratio)
    checks = [
        Check(
            what=f"Share of attention skipped, {e.ratio:.0%} asked for",
            planted=numbers.bounded(e.ratio),
            found=f"{numbers.bounded(e.attained)} {numbers.interval(*e.spread, unit=True)}",
            agrees=e.spread[0] <= e.ratio <= e.spread[1],
        )
        for e in shown
        if e.ratio > 0
    ]
    for e in shown:
        change, against = e.to_random if e.ratio > 0 else e.to_dense, "chance" if e.ratio > 0 else "dense"
        checks.append(
            Check(
                what=f"Perplexity beyond {against}, {e.ratio:.0%} skipped",
                planted="" if e.ratio > 0 else numbers.plain(0.0, 3),
                found=f"{numbers.plain(change[0], 3)} {numbers.interval(*change[1:], digits=3)}",
                agrees=None if e.ratio > 0 else change[0] == 0,
            )
        )
    return checks
