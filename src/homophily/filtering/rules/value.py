"""Values alone."""

from __future__ import annotations

from torch import Tensor

__all__ = ["value"]
__references__ = ("lee2025",)


def value(keys: Tensor, values: Tensor, **_: object) -> Tensor:
    """Mean likeness of values over heads, ``(batch, tokens)``."""
    return values.mean(1)
