"""Placement: which layers filter, and how hard, so that the whole meets its ratio."""

from __future__ import annotations

import math
from typing import Literal

from homophily.errors import UsageError

__all__ = ["Placement", "place"]

Placement = Literal["tail", "head", "all"]


def place(
    layers: int,
    ratio: float,
    *,
    where: Placement = "tail",
    share: float = 0.5,
    ratio_of: Literal["all_layers", "filtered_layers"] = "all_layers",
    most: float = 0.9,
) -> list[float]:
    """The target rate of each layer.

    Lee et al. concentrate pruning on later layers, and do not state what the ratio is a fraction of. Read as
    a share of attention over all layers (the default), the chosen layers filter harder; where that would take
    them past `most`, more layers are chosen.

    Args:
        layers: Number of layers.
        ratio: Target share of attention to skip, in [0, 1).
        where: Which end of the stack filters.
        share: Share of the layers that filter, in (0, 1].
        ratio_of: What `ratio` is a fraction of.
        most: Highest rate of any one layer, in (0, 1].

    Returns:
        One rate a layer; 0 for a layer left alone.

    Raises:
        UsageError: The ratio cannot be met by these layers.
    """
    chosen = layers if where == "all" else max(1, math.ceil(share * layers))
    rate = ratio
    if ratio_of == "all_layers":
        chosen = max(chosen, math.ceil(ratio * layers / most - 1e-9))
        if chosen > layers:
            raise UsageError(f"ratio {ratio:g} cannot be met with at most {most:g} a layer; raise `most`.")
        rate = ratio * layers / chosen
    first = 0 if where == "head" else layers - chosen
    return [rate if first <= layer < first + chosen else 0.0 for layer in range(layers)]
