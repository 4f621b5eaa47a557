"""How large a zoo is: the models' shape, the seeds, the steps."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FULL", "Size"]


@dataclass(frozen=True)
class Size:
    """Shape and effort.

    Attributes:
        families: Which shapes of model.
        seeds: Bases of each family; seeds 0 and 1 read the same data in the same order.
        rich: Seeds below this one get descendants; the others are there to be unrelated.
        steps: Optimiser's steps of a rich base; a control takes a third.
        tuning: Steps of a fine-tune; other kinds take a share of them.
    """

    families: tuple[str, ...] = ("bert", "gpt2", "llama")
    seeds: int = 12
    rich: int = 3
    vocabulary: int = 1024
    hidden: int = 64
    layers: int = 4
    heads: int = 4
    steps: int = 300
    tuning: int = 80
    batch: int = 16


FULL = Size()
