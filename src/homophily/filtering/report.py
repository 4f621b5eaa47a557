"""What a filter did: attained ratios and cache bytes, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FilterReport", "LayerReport"]


@dataclass(frozen=True, slots=True)
class LayerReport:
    """One layer.

    Attributes:
        layer: Index from 0.
        target: Rate aimed at.
        seen: Tokens decided on, all sequences and calls together.
        filtered: Tokens filtered among them.
        cache_bytes: Keys and values held in the last cache.
        dense_bytes: What a dense cache would hold there.
    """

    layer: int
    target: float
    seen: int
    filtered: int
    cache_bytes: int
    dense_bytes: int

    @property
    def attained(self) -> float:
        """Share filtered; 0 before any token."""
        return self.filtered / self.seen if self.seen else 0.0


@dataclass(frozen=True, slots=True)
class FilterReport:
    """All layers, those left alone included."""

    layers: tuple[LayerReport, ...]

    @property
    def ratio_of_all_layers(self) -> float:
        """Share of attention skipped over all layers."""
        seen = max((layer.seen for layer in self.layers), default=0)
        return sum(layer.filtered for layer in self.layers) / (seen * len(self.layers)) if seen else 0.0

    @property
    def ratio_of_filtered_layers(self) -> float:
        """Share of attention skipped over the layers that filter."""
        seen = sum(layer.seen for layer in self.layers)
        return sum(layer.filtered for layer in self.layers) / seen if seen else 0.0

    @property
    def cache_bytes(self) -> int:
        """Keys and values held in the filtered layers of the last cache."""
        return sum(layer.cache_bytes for layer in self.layers)

    def __str__(self) -> str:
        return (
            f"filtered {self.ratio_of_all_layers:.1%} of attention over all {len(self.layers)} layers, "
            f"{self.ratio_of_filtered_layers:.1%} over those that filter"
        )
