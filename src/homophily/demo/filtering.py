"""Token Filtering in the demonstration: what skipping costs the model that is shipped, rule by rule."""

from __future__ import annotations

import platform
from pathlib import Path

from homophily import __version__, catalogue
from homophily.demo.part import Part

__all__ = ["filtering"]

_RULES, _RATIOS = ("joint", "random"), (0.1, 0.3, 0.5)
_FEW, _MORE = 8, 40


def filtering(folder: Path, *, seed: int | None, quick: bool, quiet: bool) -> Part:
    """Measure the shipped model's perplexity on held-out text at three ratios, by two rules, beside dense.

    Args:
        folder: Where the page goes, into ``filter/``; the same call goes on where it stopped.
        seed: Of the documents drawn.
        quick: Fewer documents.
        quiet: Nothing to be quiet about.
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
    filters = [TokenFilter(rule=rule, ratio=ratio) for rule in _RULES for ratio in _RATIOS]
    records = Records(folder / "filter" / "records.jsonl")
    few = _FEW if quick else _MORE
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
    )
    estimates = summarise(cells, measures, records, seed=seed or 0)
    facts = {
        "Model": f"{checkpoint.name}, the one that is shipped",
        "Text": text.name,
        "Documents": f"{few}, drawn with seed {seed or 0}",
        "Versions": f"homophily {__version__}, torch {torch.__version__}, python {platform.python_version()}",
    }
    written = write_quality(estimates, folder / "filter", facts=facts)
    return Part(
        name="filter",
        title="Token Filtering: what skipping redundant tokens costs",
        planted="Known beforehand: skipping nothing costs nothing, and chance is the rule to beat.",
        found=headline(estimates),
        report=next(path for path in written if path.suffix == ".html"),
    )
