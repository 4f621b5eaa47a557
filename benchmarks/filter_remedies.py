"""What beats chance, and by how much: where to filter, whom in turn, what stays near, what stands in.

    python -m benchmarks.filter_remedies --stories STORIES > benchmarks/results/filter_remedies.md

Held-out stories and generated documents in rows of 512 tokens; every setting reads the same rows, so that
differences are paired; intervals by bootstrap over rows, 95 %; random is one seed. *Against random* is
against the table's first row; *against chance alike* against random filtering in the same layers, treated
alike. The first table filters online, with `TokenFilter`, in fewer and fewer layers at one ratio. The second
takes filtering apart as `benchmarks.filter_causes` does (half the tokens of the last half of the layers): *in
turn* is filtering first what fewest layers below have filtered; *near* lets the next tokens meet a filtered
token's key and value before they leave; *carried* gives a filtered token the last kept one's attention output
instead of none.
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

HEAD = """| {0} | loss above dense | KL | against random | on stories | on documents | against chance alike |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""

#: Of the layers, the last; half is the default, and the control. .28 is the least that a ratio of .25 leaves.
SHARES = (0.5, 0.36, 0.28, 1.0)
WAYS: dict[str, dict[str, Any]] = {
    "as the paper has it": {},
    "near 4": {"near": 4},
    "near 16": {"near": 16},
    "carried": {"carry": True},
    "near 16, carried": {"near": 16, "carry": True},
}


def say(name: str, cost: Cost, control: Cost, alike: Cost) -> None:
    """One row: differences from the control, over all and by kind of text, and from chance treated alike."""
    above, half = cost.loss - control.loss, len(cost.loss) // 2
    kinds = (above, above[:half], above[half:], cost.loss - alike.loss)
    against = ["{:+.3f} ({:+.3f} to {:+.3f})".format(*interval(part)) if part.any() else "" for part in kinds]
    means = [f"{part.mean():.3f}" for part in (cost.loss, cost.kl)]
    print(f"| {' | '.join([name, *means, *against])} |", flush=True)


def placed(stick: Yardstick, ratio: float) -> None:
    """Random and joint filtering online; the control is random in the last half of the layers."""
    control = None
    for share in SHARES:
        settings = {"ratio": ratio, "share": share, "most": 0.95}
        policies = TokenFilter(**settings).policies(stick.model.config.num_hidden_layers)
        layers = len(policies) - policies.count(None)
        alike = None
        for rule in ("random", "joint"):
            cost = stick.cost(TokenFilter(rule=rule, **settings)(stick.model))
            control, alike = control or cost, alike or cost
            say(f"{rule}, last {layers} layers", cost, control, alike)


def apart(stick: Yardstick, rate: float) -> None:
    """Scores in every way of treating a filtered token; the control is random, as the paper treats it."""
    layers = stick.model.config.num_hidden_layers
    tail = dict.fromkeys(range(layers // 2, layers), rate)
    control = None
    for way, how in WAYS.items():
        for order, taken in (("", 0.0), (" in turn", 10.0)):
            alike = None
            for name, score in {"random": chance(0), "joint": joint}.items():
                ranked = turns(score, taken) if taken else score
                cost = stick.cost(what_if(stick.model, tail, ranked, **how))
                control, alike = control or cost, alike or cost
                say(f"{name}{order}, {way}", cost, control, alike)


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
