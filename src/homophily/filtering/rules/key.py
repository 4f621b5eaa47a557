"""Keys alone."""

from __future__ import annotations

from torch import Tensor

__all__ = ["key"]
__references__ = ("lee2025",)


def key(keys: Tensor, values: Tensor, **_: object) -> Tensor:
    """Mean likeness of keys over heads, ``(batch, tokens)``."""
    return keys.mean(1)
