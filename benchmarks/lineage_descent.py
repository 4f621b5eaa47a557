"""Tests of descent on the zoo: how many children each finds, and whether its p-values mean what they say.

    python -m benchmarks.zoo ZOO                                # first, about ten minutes of one core
    python -m benchmarks.lineage_descent ZOO                    # writes benchmarks/results/lineage_descent.md
    python -m benchmarks.lineage_descent ZOO --fresh            # measures what was measured before anew

A broken run goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from benchmarks._descent_figure import draw
from benchmarks._descent_pairs import measured, pairs
from benchmarks._descent_tables import ALL, auc, confusion, nulls, rates, timing

RESULTS = Path(__file__).parent / "results"
HARDEST = "+"  # in the name of every kind that combines two changes


def report(lines: list[dict[str, Any]], manifest: dict[str, Any]) -> Iterator[str]:
    """The tables as Markdown, a line at a time."""
    yield from _opening(lines, manifest)
    yield from _found(lines)
    yield from _null(lines)
    yield from _said(lines)
    yield "## Time\n"
    yield "CPU seconds of a pair, median (quartiles), reading included; ours also compares matrices.\n"
    yield "| " + " | ".join(ALL) + " |"
    yield "| " + " | ".join(["---:"] * len(ALL)) + " |"
    times = (timing(lines, method) for method in ALL)
    yield "| " + " | ".join(f"{middle:.3f} ({low:.3f}–{high:.3f})" for middle, low, high in times) + " |"


def _opening(lines: list[dict[str, Any]], manifest: dict[str, Any]) -> Iterator[str]:
    size, kinds = manifest["size"], Counter(line["kind"] for line in lines if not line["related"])
    yield "# Descent\n"
    yield "    python -m benchmarks.zoo ZOO"
    yield "    python -m benchmarks.lineage_descent ZOO\n"
    families = ", ".join(size["families"])
    yield (
        f"A zoo of {len(manifest['members'])} models: {families}; {size['layers']} layers, hidden size "
        f"{size['hidden']}, {size['vocabulary']} words, {size['seeds']} bases each, of which {size['rich']} "
        f"have descendants; made in {manifest['cpu_seconds']:.0f} CPU seconds. Bases 0 and 1 of a family "
        "read the same batches in the same order.\n"
    )
    yield (
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}, torch "
        f"{manifest['torch']}, transformers {manifest['transformers']}, {platform.machine()}, one thread on "
        "two shared cores that were busy with other work.\n"
    )
    yield (
        f"Strangers: {kinds['bases']} pairs of bases; {kinds['child']} of a descendant with another seed's "
        f"base; {kinds['twins']} of descendants made alike from two bases, on the same text. Pairs sharing "
        "a base are pairwise independent at most, and descendants repeat their base: the second and third "
        "kinds guard the rate of false positives and are no further evidence on p-values.\n"
    )


def _found(lines: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Children found\n"
    yield "True positive rate with thresholds that at most 1 % of a family's strangers exceed; *n* pairs of a"
    yield "descendant with its base, for merge and graft with each of both. *soup of*: a mean of fine-tunes"
    yield "against one of the two; there, and for merge, ours was shown the other parent.\n"
    yield "| kind | n | " + " | ".join(ALL) + " |"
    yield "| --- | ---: | " + " | ".join(["---:"] * len(ALL)) + " |"
    found = rates(lines)
    number = Counter(line["kind"] for line in lines if line["related"])
    for kind, row in found.items():
        yield f"| {kind} | {number[kind]} | " + " | ".join(f"{row[method]:.2f}" for method in ALL) + " |"
    plain = {kind for kind in found if HARDEST not in kind}
    for name, kinds in (("all but combined", plain), ("combined", set(found) - plain)):
        total = sum(number[kind] for kind in kinds)
        mean = {m: sum(found[kind][m] * number[kind] for kind in kinds) / total for m in ALL}
        yield f"| **{name}** | {total} | " + " | ".join(f"**{mean[m]:.3f}**" for m in ALL) + " |"
        areas = " | ".join(f"{auc(lines, method, kinds):.3f}" for method in ALL)
        yield f"| AUC, {name} | {total} | {areas} |"
    yield ""
    strangers = [line for line in lines if not line["related"]]
    claimed = sum(line["claimed"] for line in strangers)
    missed = sum(not line["claimed"] for line in lines if line["related"])
    yield (
        f"At its own threshold ours claims a relation for {claimed} of {len(strangers)} pairs of strangers, "
        f"and misses {missed} of {len(lines) - len(strangers)} relatives.\n"
    )


def _null(lines: list[dict[str, Any]]) -> Iterator[str]:
    yield "## Null p-values\n"
    yield "| test | strangers | p-values | KS p | p ≤ .05 | p ≤ .01 | least p |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for method, which, count, uniform, five, one, least in nulls(lines):
        kept = "–" if method in ("mdir", "ours") else f"{uniform:.3f}"
        yield f"| {method} | {which} | {count} | {kept} | {five:.3f} | {one:.3f} | {least:.2g} |"
    logs = [line[method]["log10_p"] for line in lines for method in ("ours", "csu", "wmatch", "mdir")]
    told = [log for log in logs if log is not None]
    yield (
        f"\nNone of {len(told):,} p-values is 0; the least is 10^{min(told):.0f}. `mdir` is an upper bound, "
        "and ours is corrected for its tests and alignments: both are meant to lie below the nominal rate.\n"
    )
    turned = [line["turned"]["statistic"] for line in lines if line.get("turned")]
    yield (
        "*wmatch, turned* is the test after channels were rotated by the embeddings (where norms come before "
        "a block: not in BERT). What two models learnt may make that null untrue, so ours asks for a mean "
        f"correlation of .25 besides its p; the largest of {len(turned)} pairs of strangers is "
        f"{max(turned):.2f}.\n"
    )
    yield "![Null p-values, and children found by each test](lineage_descent.svg)\n"


def _said(lines: list[dict[str, Any]]) -> Iterator[str]:
    yield "## What ours says\n"
    classes, said = confusion(lines)
    yield "| truth | " + " | ".join(classes) + " |"
    yield "| --- | " + " | ".join(["---:"] * len(classes)) + " |"
    for kind, counts in said.items():
        yield f"| {kind} | " + " | ".join(str(counts[name] or "") for name in classes) + " |"
    yield ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("zoo", type=Path)
    parser.add_argument("--fresh", action="store_true", help="measure every pair anew")
    asked = parser.parse_args()
    if not (asked.zoo / "manifest.json").is_file():
        parser.error(f"{asked.zoo} holds no manifest.json: make it by python -m benchmarks.zoo {asked.zoo}")
    manifest = json.loads((asked.zoo / "manifest.json").read_text("utf-8"))
    lines = measured(asked.zoo, list(pairs(manifest["members"])), fresh=asked.fresh)
    text = "\n".join(report(lines, manifest)) + "\n"
    (RESULTS / "lineage_descent.md").write_text(text, "utf-8")
    draw(lines, RESULTS / "lineage_descent.svg")
    print(text)


if __name__ == "__main__":
    main()
