"""Reordering the rows of tensors that an object holds."""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor

__all__ = ["select"]


def select(holder: object, names: Iterable[str], rows: Tensor) -> None:
    """Let row i of each named tensor be old row ``rows[i]``.

    As many rows as before stay in their memory, for a captured graph knows no other.
    """
    for name in names:
        held: Tensor = getattr(holder, name)
        chosen = held.index_select(0, rows)
        if chosen.shape == held.shape:
            held.copy_(chosen)
        else:
            setattr(holder, name, chosen)
