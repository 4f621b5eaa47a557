"""Strangers of one diet: how alike do models trained apart on the same batches become as training goes on?

    python -m benchmarks.lineage_diet > benchmarks/results/lineage_diet.md    # about two minutes of one core

Two Llama-shaped models from different random weights read the same batches in the same order. What grows is
likeness without descent: a score without a null takes it for descent sooner or later, a p must stay uniform.
"""

from __future__ import annotations

import argparse
import platform
import tempfile
from pathlib import Path
from typing import Any

import torch
from benchmarks._descent_pairs import METHODS, Pair, tested
from benchmarks.zoo.__main__ import DATA
from benchmarks.zoo.recipes import BASE_RATE
from benchmarks.zoo.shapes import new_model
from benchmarks.zoo.size import FULL
from benchmarks.zoo.text import Corpus, read_stories
from benchmarks.zoo.training import fit

SCORES = tuple(name for name in METHODS if name not in ("csu", "wmatch", "mdir"))


def line(steps: int, loss: float, told: dict[str, Any]) -> str:
    """One row: scores, then p of the tests, then the matching after a rotation."""
    scores = [f"{told[name]['statistic']:.2f}" for name in SCORES]
    ps = [f"{10 ** told[name]['log10_p']:.2g}" for name in ("csu", "wmatch", "mdir", "ours")]
    turned = f"{told['turned']['statistic']:.2f} ({10 ** told['turned']['log10_p']:.2g})"
    read = f"{loss:.2f}" if steps else "–"
    return f"| {steps} | {read} | " + " | ".join([*scores, *ps, turned]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, nargs="+", default=[0, 150, 300, 600, 1200])
    parser.add_argument("--stories", type=Path, default=DATA / "tinystories_sample.txt")
    parser.add_argument("--other", type=Path, default=DATA / "wikitext2_valid.txt")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    corpus = Corpus.read(read_stories(asked.stories), asked.other.read_text("utf-8"), FULL.vocabulary)
    models = [new_model("llama", FULL, seed) for seed in (0, 1)]
    batches = [corpus.windows("pretraining", FULL.batch, 1) for _ in models]
    print("# Strangers of one diet\n\n    python -m benchmarks.lineage_diet\n")
    print(
        "Two bases of one shape, the same batches in the same order, by steps; they share no weight. Scores"
    )
    print(
        "first, then p. *Turned*: mean correlation of `wmatch` after the embeddings' rotation, and its p.\n"
    )
    print(
        f"Python {platform.python_version()}, torch {torch.__version__}, {platform.machine()}, one thread.\n"
    )
    names = [
        "steps",
        "loss",
        *SCORES,
        *(f"p {name}" for name in ("csu", "wmatch", "mdir", "ours")),
        "turned (p)",
    ]
    print("| " + " | ".join(names) + " |\n| " + " | ".join(["---:"] * len(names)) + " |")
    done, loss = 0, float("nan")
    for steps in asked.steps:
        for model, own in zip(models, batches, strict=True):
            if steps > done:
                loss = fit(model, own, steps - done, BASE_RATE, done)
        done = steps
        with tempfile.TemporaryDirectory() as folder:
            for seed, model in enumerate(models):
                model.save_pretrained(Path(folder) / str(seed))
            told = tested(Path(folder), Pair("0", "1", "llama", "bases", False, "unrelated"))
        print(line(steps, loss, told), flush=True)


if __name__ == "__main__":
    main()
