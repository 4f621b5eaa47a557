"""What one layer did to one batch of sequences, counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Tally"]


@dataclass(slots=True, eq=False)
class Tally:
    """Counts that outlive the cache they were taken of.

    Attributes:
        sequences: Tokens seen, filtered and evicted, a sequence.
        cache_bytes: Keys and values held.
        dense_bytes: What a dense cache would hold.
        anchor_bytes: Memory of the anchors.
    """

    sequences: list[tuple[int, int, int]] = field(default_factory=list)
    cache_bytes: int = 0
    dense_bytes: int = 0
    anchor_bytes: int = 0

    @property
    def seen(self) -> int:
        """Tokens seen, over all sequences."""
        return sum(seen for seen, _, _ in self.sequences)

    @property
    def filtered(self) -> int:
        """Tokens filtered among them."""
        return sum(filtered for _, filtered, _ in self.sequences)

    @property
    def evicted(self) -> int:
        """Tokens that were kept and have left since."""
        return sum(evicted for _, _, evicted in self.sequences)

    def __deepcopy__(self, memo: dict[int, Any]) -> Tally:
        """A copied cache goes its own way, and is counted on its own."""
        return Tally()
