"""How near each input comes to its target ratio, by length and threshold.

    python -m benchmarks.filter_spread --stories STORIES > benchmarks/results/filter_spread.md

The attained share of all layers' attention, sequence by sequence: held-out stories and generated documents,
as many of each.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks._paired import STORIES, load, rows_of

from homophily.filtering import TokenFilter

SETTINGS: tuple[dict[str, Any], ...] = (
    {"ratio": 0.3},
    {"ratio": 0.5},
    {"ratio": 0.5, "threshold": "topk"},
)
TEXTS = ("stories", "documents")
HEAD = """| setting | tokens | sequences | mean | standard deviation | least to most |
| --- | ---: | ---: | ---: | ---: | ---: |"""


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--count", type=int, default=12, help="sequences of each text and length")
    parser.add_argument("--lengths", type=int, nargs="+", default=[128, 256, 512, 1024, 2048])
    given = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load()
    print(f"# Spread of the attained ratio\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n\n{HEAD}")
    for length in given.lengths:
        texts = [
            rows_of(tokenizer, text, given.count, length, given.stories) for text in ("stories", "documents")
        ]
        for settings in SETTINGS:
            with TokenFilter(**settings)(model) as filtered:
                for rows in texts:
                    for part in rows.split(4):
                        model.model(input_ids=part, use_cache=False)
                attained = np.array(filtered.report().sequences)
            name = ", ".join(f"`{key}` = {value}" for key, value in settings.items())
            told = f"{attained.mean():.3f} | {attained.std(ddof=1):.4f}"
            told += f" | {attained.min():.3f} to {attained.max():.3f}"
            print(f"| {name} | {length} | {len(attained)} | {told} |", flush=True)


if __name__ == "__main__":
    main()
