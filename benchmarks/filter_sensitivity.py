"""How much each constant of Token Filtering matters, and how near each sequence comes to its target ratio.

    python -m benchmarks.filter_sensitivity > benchmarks/results/filter_sensitivity.md

One setting is changed at a time from the defaults, at a ratio of .3 of all layers' attention; held-out
stories and generated documents in rows of 512 tokens. Differences from the default are paired; intervals by
bootstrap over rows, 95 %. *Spread* is the range of the attained ratio over rows, as a share of all layers.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import torch
from benchmarks._paired import STORIES, Yardstick, interval, load, rows_of

from homophily.filtering import TokenFilter

CHANGES: tuple[dict[str, Any], ...] = (
    {"gamma": 0.0},
    {"gamma": 0.5},
    {"gamma": 0.99},
    {"eta": 0.03},
    {"eta": 0.3},
    {"warmup": 4},
    {"warmup": 64},
    {"block": 8},
    {"block": 128},
    {"share": 0.34},
    {"share": 0.75},
    {"share": 1.0},
    {"most": 0.7},
    {"penalty": 0.5},
    {"threshold": "quantile"},
    {"threshold": "topk"},
    {"keys": "after_rotation"},
)
HEAD = """| changed | loss above dense | against the default | attained | spread |
| --- | ---: | ---: | ---: | ---: |"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--rows", type=int, default=12)
    parser.add_argument("--ratio", type=float, default=0.3)
    given = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load()
    texts = ("stories", "documents")
    rows = torch.cat([rows_of(tokenizer, text, given.rows, 512, given.stories) for text in texts])
    stick = Yardstick(model, rows)
    print(f"# Sensitivity to the constants\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n\n{HEAD}")
    default = None
    for change in ({}, *CHANGES):
        with TokenFilter(ratio=given.ratio, **change)(model) as filtered:
            loss = stick.cost().loss
            report = filtered.report()
        default = loss if default is None else default
        name = ", ".join(f"`{key}` = {value}" for key, value in change.items()) or "nothing"
        against = "{:+.3f} ({:+.3f} to {:+.3f})".format(*interval(loss - default)) if change else ""
        attained = sorted(report.sequences)
        told = f"{report.ratio_of_all_layers:.3f} | {attained[0]:.3f}–{attained[-1]:.3f}"
        print(f"| {name} | {loss.mean():.3f} | {against} | {told} |", flush=True)


if __name__ == "__main__":
    main()
