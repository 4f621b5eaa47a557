"""What each filtering rule costs the reference model in quality, at equal ratio, beside random filtering.

    python -m benchmarks.filter_quality --stories FILE > benchmarks/results/filter_quality.md

Held-out stories and generated documents, in rows of 512 tokens; every setting sees the same rows, so
differences are paired. Intervals: bootstrap over rows, 95 %. Random is the mean of two seeds. Every rule but
`recent` spends its ratio on attention and cache; under `recent` every token attends, and the cache alone is
cut.
"""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import torch
import transformers
from benchmarks._paired import STORIES, Cost, Yardstick, interval, load, needles, recalled, rows_of

from homophily.filtering import TokenFilter

matplotlib.use("Agg")
from matplotlib import pyplot as plt

RATIOS = (0.1, 0.3, 0.5, 0.7)
RULES: dict[str, dict[str, Any]] = {
    "joint": {"rule": "joint"},
    "key": {"rule": "key"},
    "value": {"rule": "value"},
    "mean": {"rule": "mean"},
    "joint, penalised": {"rule": "joint", "penalty": 1.0},
    "joint, keys rotated": {"rule": "joint", "keys": "after_rotation"},
    "recent": {"rule": "recent"},
}
PLACES: dict[str, dict[str, Any]] = {
    "tail, filtered tokens cached": {"cache_filtered": True},
    "head": {"where": "head"},
    "all layers": {"where": "all"},
    "tail, ratio of its layers": {"ratio_of": "filtered_layers"},
}
IMAGE = Path(__file__).parent / "results" / "filter_quality.svg"


class Bench:
    """A model, its yardsticks, and the rows of the table so far."""

    def __init__(self, stories: Path, count: int) -> None:
        self.model, tokenizer = load()
        self.sticks = {
            text: Yardstick(self.model, rows_of(tokenizer, text, count, 512, stories))
            for text in ("stories", "documents")
        }
        self.needles = needles(tokenizer, count * 2, 1500, stories)
        self.dense = recalled(self.model, self.needles)[0]

    def cost(self, settings: dict[str, Any]) -> tuple[Cost, float, float]:
        """Cost over all rows, needles found, attained ratio."""
        with TokenFilter(**settings)(self.model) as filtered:
            parts = [stick.cost() for stick in self.sticks.values()]
            ratio = filtered.report().ratio_of_all_layers
            found = float(recalled(self.model, self.needles)[0].mean())
        both = (np.concatenate([getattr(p, name) for p in parts]) for name in ("loss", "kl", "agreement"))
        return Cost(*both), found, ratio


def random(bench: Bench, settings: dict[str, Any]) -> tuple[Cost, float, float]:
    """The control: the mean of two seeds."""
    (one, found, ratio), (two, found_2, _) = (
        bench.cost({**settings, "rule": "random", "seed": seed}) for seed in (0, 1)
    )
    both = ((getattr(one, n) + getattr(two, n)) / 2 for n in ("loss", "kl", "agreement"))
    return Cost(*both), (found + found_2) / 2, ratio


def line(name: str, ratio: float, told: tuple[Cost, float, float], control: Cost | None) -> str:
    """One row of the table."""
    cost, found, attained = told
    against = (
        "" if control is None else "{:+.3f} ({:+.3f} to {:+.3f})".format(*interval(cost.loss - control.loss))
    )
    spread = "{:.3f} ({:.3f} to {:.3f})".format(*interval(cost.loss))
    rest = f"{cost.kl.mean():.3f} | {cost.agreement.mean():.3f} | {found:.2f}"
    return f"| {name} | {ratio:g} | {attained:.3f} | {spread} | {rest} | {against} |"


def compare(
    bench: Bench, ratios: tuple[float, ...], place: dict[str, Any], rules: dict[str, Any]
) -> dict[str, Any]:
    """Rules at several ratios in one placement, printed as they come; mean costs by rule."""
    curves: dict[str, Any] = {name: [] for name in ("random", *rules)}
    for ratio in ratios:
        base = {"ratio": ratio, **place}
        control = random(bench, base)
        print(line("random", ratio, control, None), flush=True)
        curves["random"].append((ratio, *interval(control[0].loss)))
        for name, settings in rules.items():
            told = bench.cost({**base, **settings})
            print(line(name, ratio, told, control[0]), flush=True)
            curves[name].append((ratio, *interval(told[0].loss), *interval(told[0].loss - control[0].loss)))
    return curves


def draw(curves: dict[str, Any], path: Path) -> None:
    """Cost against ratio for three rules; every rule's difference from random, ratio by ratio."""
    figure, (cost, beside) = plt.subplots(1, 2, figsize=(9.5, 3.9), layout="constrained")
    for name, style in (("random", "k-"), ("joint", "C0o-"), ("recent", "C7s--")):
        ratio, mean, low, high = np.asarray(curves[name]).T[:4]
        cost.plot(ratio, mean, style, markersize=4, label=name)
        cost.fill_between(ratio, low, high, alpha=0.1, color=style[0] if style[0] == "k" else style[:2])
    cost.set(ylabel="loss above dense, nats a token")
    rules = [name for name in curves if name not in ("random", "recent")]
    for place, name in enumerate(rules):
        ratio, mean, low, high = np.asarray(curves[name])[:, [0, 4, 5, 6]].T
        at = ratio + 0.014 * (place - (len(rules) - 1) / 2)
        beside.errorbar(at, mean, (mean - low, high - mean), fmt="o", markersize=4, capsize=2, label=name)
    beside.axhline(0, color="black", linewidth=1)
    beside.set(ylabel="loss above random filtering, nats a token")
    for axes in (cost, beside):
        axes.set(xlabel="share of all layers' attention (target)", xticks=RATIOS)
        axes.legend(frameon=False, fontsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path)


HEAD = """| rule | ratio | attained | loss above dense | KL | agreement | needles | against random |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--rows", type=int, default=20, help="rows of 512 tokens of each text")
    given = parser.parse_args()
    torch.set_num_threads(1)
    bench = Bench(given.stories, given.rows)
    print(f"# Quality of filtering rules\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n")
    versions = f"Python {platform.python_version()}, torch {torch.__version__}"
    print(f"{versions}, transformers {transformers.__version__}; `{' '.join(sys.argv[1:])}`.\n")
    for text, stick in bench.sticks.items():
        loss = stick.dense_loss.mean()
        size = f"perplexity {np.exp(loss):.2f}), {stick.rows.numel()} tokens"
        print(f"- dense, {text}: loss {loss:.3f} nats a token ({size}")
    print(f"- dense, needles found: {bench.dense.mean():.2f} of {len(bench.needles)}\n")
    print(f"## Tail, filtered tokens' keys and values dropped\n\n{HEAD}")
    draw(compare(bench, RATIOS, {}, RULES), IMAGE)
    for name, place in PLACES.items():
        print(f"\n## {name.capitalize()}\n\n{HEAD}")
        compare(bench, (0.3, 0.5), place, {"joint": RULES["joint"]})
    print(f"\n![loss above dense against ratio]({IMAGE.name})")


if __name__ == "__main__":
    main()
