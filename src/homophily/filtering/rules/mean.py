"""Keys and values together, weighted alike."""

from __future__ import annotations

from torch import Tensor

__all__ = ["mean"]
__references__ = ("lee2025",)


def mean(keys: Tensor, values: Tensor, **_: object) -> Tensor:
    """Plain mean of key and value likeness over heads, ``(batch, tokens)``."""
    return (keys.mean(1) + values.mean(1)) / 2
