"""What beats chance, and by how much: where to filter, whom in turn, what stays near, what stands in.

    python -m benchmarks.filter_remedies --stories STORIES > benchmarks/results/filter_remedies.md

Held-out stories and generated documents in rows of 512 tokens; every setting reads the same rows, so that
differences are paired; intervals by bootstrap over rows, 95 %; random is one seed. The first table filters
online, with `TokenFilter`, in fewer and fewer layers at one ratio. The second takes filtering apart as
`benchmarks.filter_causes` does (half the tokens of the last half of the layers): *in turn* is filtering first
what fewest layers below have filtered; *near* lets the next tokens meet a filtered token's key and value
before they leave; *carried* gives a filtered token the last kept one's attention output instead of none.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks._paired import STORIES, Cost, Yardstick, interval, load, rows_of
from benchmarks._what_if import what_if
from benchmarks.filter_causes import chance, joint, turns

from homophily.filtering import TokenFilter

HEAD = """| {0} | loss above dense | KL | agreement | against random | on stories | on documents |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""

#: Layers that filter, of 14, at a ratio of .25: from all of them to three, which then filter all they may.
SHARES = (1.0, 0.5, 0.36, 0.28)
WAYS: dict[str, dict[str, Any]] = {
    "as the paper has it": {},
    "near 16": {"near": 16},
    "near 64": {"near": 64},
    "carried": {"carry": True},
    "near 64, carried": {"near": 64, "carry": True},
}


def say(name: str, cost: Cost, control: Cost) -> None:
    """One row; the difference over all rows, then by kind of text."""
    above, half = cost.loss - control.loss, len(cost.loss) // 2
    against = ["", "", ""]
    if cost is not control:
        kinds = (above, above[:half], above[half:])
        against = ["{:+.3f} ({:+.3f} to {:+.3f})".format(*interval(part)) for part in kinds]
    means = [f"{part.mean():.3f}" for part in (cost.loss, cost.kl, cost.agreement)]
    print(f"| {' | '.join([name, *means, *against])} |", flush=True)


def placed(stick: Yardstick, ratio: float) -> None:
    """Random and joint filtering online, in fewer and fewer of the last layers."""
    control = None
    for share in SHARES:
        settings = {"ratio": ratio, "share": share, "most": 0.95}
        policies = TokenFilter(**settings).policies(stick.model.config.num_hidden_layers)
        layers = len(policies) - policies.count(None)
        for rule in ("random", "joint"):
            cost = stick.cost(TokenFilter(rule=rule, **settings)(stick.model))
            control = cost if rule == "random" else control
            say(f"{rule}, last {layers} layers", cost, control)


def apart(stick: Yardstick, rate: float) -> None:
    """Scores in every way of treating a filtered token; the control is random, as the paper treats it."""
    layers = stick.model.config.num_hidden_layers
    tail = dict.fromkeys(range(layers // 2, layers), rate)
    scores = {
        "random": chance(0),
        "random in turn": turns(chance(0), 10),
        "joint": joint,
        "joint in turn": turns(joint, 10),
    }
    control = None
    for way, how in WAYS.items():
        for name, score in scores.items():
            cost = stick.cost(what_if(stick.model, tail, score, **how))
            control = cost if control is None else control
            say(f"{name}, {way}", cost, control)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--rows", type=int, default=16, help="rows of 512 tokens of each text")
    parser.add_argument("--ratio", type=float, default=0.25)
    given = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load()
    texts = ("stories", "documents")
    rows = torch.cat([rows_of(tokenizer, text, given.rows, 512, given.stories) for text in texts])
    stick = Yardstick(model, rows)
    print(f"# What beats chance\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n")
    print(f"Dense: {np.mean(stick.dense_loss):.3f} nats a token; {given.rows} rows of each text.\n")
    print(
        f"## Where, at a ratio of {given.ratio:g} of all layers\n\n{HEAD.format('rule and layers')}",
        flush=True,
    )
    placed(stick, given.ratio)
    print(f"\n## How a filtered token is treated\n\n{HEAD.format('score and treatment')}", flush=True)
    apart(stick, 0.5)


if __name__ == "__main__":
    main()
