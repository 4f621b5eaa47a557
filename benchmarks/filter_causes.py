"""Why a filter loses to chance, and what does not: scores, harms, correlation across layers, what stands in.

    python -m benchmarks.filter_causes --stories tinystories_sample.txt > benchmarks/results/filter_causes.md

The last half of the layers filters exactly the stated share of each row's tokens past the first 16, chosen
over the whole row (`benchmarks/_what_if.py`): no threshold, so that only what is named differs. Held-out
stories in rows of 512 tokens; differences are paired with random filtering in the same form (mean of two
seeds), intervals are bootstrapped over rows, 95 %. *Same in every layer* is random filtering that draws the
same tokens in all.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from benchmarks._paired import STORIES, Yardstick, interval, load, rows_of
from benchmarks._what_if import Score, Seen, what_if
from torch import Tensor
from torch.nn import functional as F

from homophily.filtering.rules.joint import joint as fused


def joint(seen: Seen) -> Tensor:
    return fused(seen.likeness("keys"), seen.likeness("values"))


def chance(seed: int, *, same: bool = False) -> Score:
    """Uniform scores, drawn anew in every layer or the same in all."""

    def score(seen: Seen) -> Tensor:
        generator = torch.Generator().manual_seed(1000 * seed + (0 if same else seen.layer))
        return torch.rand(seen.hidden.shape[:2], generator=generator)

    return score


def related(seed: int, share: float) -> Score:
    """Normal scores, this share of their variance common to all layers."""

    def score(seen: Seen) -> Tensor:
        seeds = (1000 * seed, 1000 * seed + 1 + seen.layer)
        both = [torch.Generator().manual_seed(number) for number in seeds]
        common, own = (torch.randn(seen.hidden.shape[:2], generator=g) for g in both)
        return share**0.5 * common + (1 - share) ** 0.5 * own

    return score


def turns(score: Score, weight: float) -> Score:
    """A token's score falls by `weight` standard deviations with each layer below that filtered it."""

    def taken(seen: Seen) -> Tensor:
        own = score(seen)
        own = (own - own.mean(1, keepdim=True)) / own.std(1, keepdim=True).clamp(min=1e-9)
        return own - weight * sum((skip.float() for skip in seen.skips.values()), torch.zeros_like(own))

    return taken


def least(score: Score) -> Score:
    """The other way round."""
    return lambda seen: -score(seen)


def nearest(what: str, reach: int) -> Score:
    """Likeness to the most similar of the last tokens."""

    def score(seen: Seen) -> Tensor:
        states = F.normalize(getattr(seen, what), dim=-1)
        alike = (states @ states.transpose(-1, -2)).mean(1)
        at = torch.arange(alike.shape[-1])
        lag = at[:, None] - at
        return alike.masked_fill((lag < 1) | (lag > reach), -2).amax(-1)

    return score


def averaged(what: Any, gamma: float = 0.9) -> Score:
    return lambda seen: seen.likeness(what, gamma).mean(1)


def with_gamma(gamma: float) -> Score:
    return lambda seen: fused(seen.likeness("keys", gamma), seen.likeness("values", gamma))


def size(what: str) -> Score:
    """Norm, mean over heads."""

    def score(seen: Seen) -> Tensor:
        norms = getattr(seen, what).norm(dim=-1)
        return norms.mean(1) if norms.ndim == 3 else norms

    return score


SCORES: dict[str, Score] = {
    "joint (the paper's)": joint,
    "joint, least redundant first": least(joint),
    "same in every layer": chance(5, same=True),
    # At a rate of .5, .684 of the variance in common has layers share the 74 % that they share under joint.
    "random, as alike as joint": related(6, 0.684),
    "joint, taking turns": turns(joint, 10),
    "least redundant, taking turns": turns(least(joint), 10),
    "random, taking turns": turns(chance(0), 10),
    "keys": averaged("keys"),
    "values": averaged("values"),
    "queries": averaged("queries"),
    "hidden states": averaged("hidden"),
    "joint, anchor = last token": with_gamma(0.0),
    "joint, gamma .99": with_gamma(0.99),
    "nearest value of the last 8": nearest("values", 8),
    "nearest value of all": nearest("values", 10_000),
    "small keys first": least(size("keys")),
    "large keys first": size("keys"),
    "small values first": least(size("values")),
    "large values first": size("values"),
    "small keys, taking turns": turns(least(size("keys")), 1),
    "oracle: small attention output first": least(size("output")),
    "oracle: least attended to first": lambda seen: -seen.received,
}
FEW = (
    "joint (the paper's)",
    "joint, least redundant first",
    "same in every layer",
    "random, as alike as joint",
    "joint, taking turns",
    "random, taking turns",
    "small keys first",
)
CARRIED = (*FEW, "small keys, taking turns", "oracle: small attention output first")
HEAD = """| score | loss above dense | KL | agreement | against random |
| --- | ---: | ---: | ---: | ---: |"""


def table(stick: Yardstick, rates: dict[int, float], names: Any, **how: Any) -> None:
    """One table: random, then each score beside it."""
    costs = [stick.cost(what_if(stick.model, rates, chance(seed), **how)) for seed in (0, 1)]
    control = np.mean([cost.loss for cost in costs], axis=0)
    kl, same = (np.mean([getattr(c, name).mean() for c in costs]) for name in ("kl", "agreement"))
    print(f"{HEAD}\n| random | {control.mean():.3f} | {kl:.3f} | {same:.3f} | |", flush=True)
    for name in names:
        cost = stick.cost(what_if(stick.model, rates, SCORES[name], **how))
        against = "{:+.3f} ({:+.3f} to {:+.3f})".format(*interval(cost.loss - control))
        told = f"{cost.loss.mean():.3f} | {cost.kl.mean():.3f} | {cost.agreement.mean():.3f}"
        print(f"| {name} | {told} | {against} |", flush=True)


@torch.no_grad()
def overlap(stick: Yardstick, rates: dict[int, float], name: str) -> float:
    """Share of a layer's filtered tokens that the next one filters too; by chance, the rate."""
    held: list[dict[int, Tensor]] = []

    def watched(seen: Seen) -> Tensor:
        held.append(seen.skips)
        return SCORES[name](seen)

    with what_if(stick.model, rates, watched):
        stick.model(input_ids=stick.rows[:8], use_cache=False)
    skips = held[-1]
    pairs = [(skips[layer], skips[layer + 1]) for layer in skips if layer + 1 in skips]
    return sum(float((a & b).sum() / a.sum()) for a, b in pairs) / len(pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=Path, default=STORIES)
    parser.add_argument("--rows", type=int, default=24)
    parser.add_argument("--rate", type=float, default=0.5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    model, tokenizer = load()
    stick = Yardstick(model, rows_of(tokenizer, "stories", given.rows, 512, given.stories))
    layers, rate = model.config.num_hidden_layers, given.rate
    tail = dict.fromkeys(range(layers // 2, layers), rate)
    print(f"# Why filtering costs what it costs\n\n{(__doc__ or '').split(chr(10), 4)[4].strip()}\n")
    print(f"Dense: {stick.dense_loss.mean():.3f} nats a token; rate {rate:g}; {len(stick.rows)} rows.\n")
    print("## Every score, filtered tokens as the paper has them\n")
    table(stick, tail, SCORES)
    alike = ", ".join(f"{name} {overlap(stick, tail, name):.2f}" for name in FEW)
    print(f"\nShare of a layer's filtered tokens that the next layer filters too: {alike}.")
    print("\n## Only the query is skipped; keys and values stay\n")
    table(stick, tail, FEW, harm="query")
    print("\n## Only keys and values are dropped; every token attends\n")
    table(stick, tail, FEW, harm="cache")
    print("\n## A filtered token carries on the last kept token's attention output\n")
    table(stick, tail, CARRIED, carry=True)
    print("\n## All layers at half the rate\n")
    table(stick, dict.fromkeys(range(layers), rate / 2), FEW)
    print("\n## The first half of the layers\n")
    head = dict.fromkeys(range(layers // 2), rate)
    table(stick, head, FEW)
    alike = ", ".join(f"{name} {overlap(stick, head, name):.2f}" for name in FEW)
    print(f"\nShare of a layer's filtered tokens that the next layer filters too: {alike}.")


if __name__ == "__main__":
    main()
