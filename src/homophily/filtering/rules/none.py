"""Control: filters nothing, with scoring on."""

from __future__ import annotations

import math

from torch import Tensor

from homophily.filtering.rules.joint import joint

__all__ = ["none"]
__references__ = ("own",)


def none(keys: Tensor, values: Tensor, *, penalty: float = 0.0, **_: object) -> Tensor:
    """The joint rule's work without its effect: every score is minus infinity, which is never filtered.

    What it takes beyond the dense model is the cost of deciding.
    """
    return joint(keys, values, penalty=penalty).fill_(-math.inf)
