"""Making traces: small models with random weights, run under drawn circumstances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from homophily import seeds
from homophily.lineage.traces.families import FAMILIES, Family, Sizes, build
from homophily.lineage.traces.running import run
from homophily.lineage.traces.trace import Trace

__all__ = ["BROAD", "Circumstances", "make", "sized"]


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is drawn beside a model's shape, each evenly.

    Attributes:
        tokens, batches, dtypes, threads, masks: Those to draw from.
        layers: Fewest and most layers; None for those of `Sizes.draw`.
        scale: Factor on the width of heads.
    """

    tokens: tuple[int, ...] = (8, 12, 16, 32, 48, 96)
    batches: tuple[int, ...] = (1, 2, 3)
    dtypes: tuple[str, ...] = ("float32",)
    threads: tuple[int, ...] = (1,)
    masks: tuple[Any, ...] = ("none", "ones", "padded")
    layers: tuple[int, int] | None = None
    scale: int = 1


#: The circumstances of the shipped templates.
BROAD = Circumstances(
    tokens=(5, 8, 12, 16, 24, 32, 48, 64, 96, 128),
    batches=(1, 2, 3, 4),
    dtypes=("float32", "float32", "bfloat16", "float16"),
    threads=(1, 2),
)


def make(
    each: int,
    circumstances: Circumstances = BROAD,
    *,
    families: Mapping[str, Family] = FAMILIES,
    seed: int = 0,
    start: int = 0,
) -> Iterator[Trace]:
    """Traces that say what they are of, `each` of every architecture and implementation.

    Args:
        each: Traces a class.
        circumstances: What to draw from.
        families: The architectures.
        seed: Of everything drawn; each trace has its own, whatever came before.
        start: Traces to pass over, such as those kept from a run that was stopped.
    """
    place = 0
    for name, family in families.items():
        for implementation in family.implementations:
            for number in range(each):
                place += 1
                if place <= start:
                    continue
                chance = seeds.generator("traces", seed, name, implementation, number)
                trace = _one(name, family, implementation, circumstances, chance)
                trace.about |= {"architecture": name, "implementation": implementation}
                yield trace


def sized(circumstances: Circumstances, chance: np.random.Generator) -> Sizes:
    """A model's shape, drawn first of all that is drawn for a trace."""
    sizes, layers = Sizes.draw(chance), circumstances.layers
    if layers is not None:
        sizes = replace(sizes, layers=int(chance.integers(layers[0], layers[1] + 1)))
    scale = circumstances.scale
    return replace(sizes, width=sizes.width * scale, inner=sizes.inner * scale)


def _one(
    name: str, family: Family, implementation: str, drawn: Circumstances, chance: np.random.Generator
) -> Trace:
    import torch

    sizes = sized(drawn, chance)
    tokens, batch, threads = (int(chance.choice(n)) for n in (drawn.tokens, drawn.batches, drawn.threads))
    dtype, mask, head = (str(chance.choice(n)) for n in (drawn.dtypes, drawn.masks, family.heads))
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(chance.integers(1 << 31)))
            model = build(name, family, implementation, sizes, head=head, positions=max(256, tokens + 8))
            model = model.to(getattr(torch, dtype))
        return run(model, tokens=tokens, batch=batch, mask=mask, seed=int(chance.integers(1 << 31)))  # type: ignore[arg-type]
    finally:
        torch.set_num_threads(before)
