"""What a filter did: attained ratios, cache bytes, scores and thresholds, layer by layer."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["FilterReport", "LayerReport"]


def _none() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False)
class LayerReport:
    """One layer.

    Attributes:
        layer: Index from 0.
        target: Rate aimed at.
        seen: Tokens decided on, all sequences and calls together.
        filtered: Tokens filtered among them.
        cache_bytes: Keys and values held in the last cache.
        dense_bytes: What a dense cache would hold there.
        evicted: Tokens that were kept and have left the cache since, by rule (`recent`) or token budget.
        anchor_bytes: Anchors held with the last cache.
        sequences: The attained rate of every sequence, in the order of their first tokens.
        scores: Redundancy of every token in the order decided, where the filter records; else empty.
        thresholds: The threshold that each of them met; NaN in the warm-up.
        kept: Whether each of them was kept.
    """

    layer: int
    target: float
    seen: int
    filtered: int
    cache_bytes: int
    dense_bytes: int
    evicted: int = 0
    anchor_bytes: int = 0
    sequences: tuple[float, ...] = ()
    scores: NDArray[np.float64] = field(default_factory=_none, repr=False)
    thresholds: NDArray[np.float64] = field(default_factory=_none, repr=False)
    kept: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool), repr=False)

    @property
    def attained(self) -> float:
        """Share filtered or evicted; 0 before any token."""
        return (self.filtered + self.evicted) / self.seen if self.seen else 0.0


@dataclass(frozen=True, slots=True, eq=False)
class FilterReport:
    """All layers, those left alone included."""

    layers: tuple[LayerReport, ...]

    @property
    def ratio_of_all_layers(self) -> float:
        """Share filtered or evicted over all layers."""
        seen = max((layer.seen for layer in self.layers), default=0)
        return self._dropped / (seen * len(self.layers)) if seen else 0.0

    @property
    def ratio_of_filtered_layers(self) -> float:
        """Share filtered or evicted over the layers that filter."""
        seen = sum(layer.seen for layer in self.layers if layer.target)
        return self._dropped / seen if seen else 0.0

    @property
    def target(self) -> float:
        """The rate aimed at, over all layers."""
        return statistics.fmean(layer.target for layer in self.layers)

    @property
    def sequences(self) -> tuple[float, ...]:
        """The ratio over all layers that each sequence attained."""
        rates = [layer.sequences for layer in self.layers if layer.sequences]
        return tuple(sum(each) / len(self.layers) for each in zip(*rates, strict=True))

    @property
    def spread(self) -> float:
        """Standard deviation of the attained ratio over sequences; NaN below two."""
        return statistics.stdev(self.sequences) if len(self.sequences) > 1 else float("nan")

    @property
    def cache_bytes(self) -> int:
        """Keys and values held in the filtered layers of the last cache."""
        return sum(layer.cache_bytes for layer in self.layers)

    @property
    def dense_bytes(self) -> int:
        """What dense caches of the filtered layers would hold."""
        return sum(layer.dense_bytes for layer in self.layers)

    @property
    def anchor_bytes(self) -> int:
        """Anchors held with the last cache."""
        return sum(layer.anchor_bytes for layer in self.layers)

    def table(self) -> list[dict[str, float]]:
        """One row a layer, for a data frame or a CSV file; scores summed up where they were recorded."""
        return [_row(layer) for layer in self.layers]

    def draw(self) -> Figure:
        """A figure: attained against target by layer, and, where recorded, scores and thresholds."""
        from homophily.filtering.figure import draw

        return draw(self)

    def __str__(self) -> str:
        text = (
            f"filtered {self.ratio_of_all_layers:.1%} of attention over all {len(self.layers)} layers, "
            f"{self.ratio_of_filtered_layers:.1%} over those that filter"
        )
        if self.dense_bytes:
            text += f"; their cache holds {self.cache_bytes / self.dense_bytes:.1%} of a dense one's bytes"
        return text

    @property
    def _dropped(self) -> int:
        return sum(layer.filtered + layer.evicted for layer in self.layers)


def _row(layer: LayerReport) -> dict[str, float]:
    row: dict[str, float] = {
        "layer": layer.layer,
        "target": layer.target,
        "attained": layer.attained,
        "seen": layer.seen,
        "filtered": layer.filtered,
        "evicted": layer.evicted,
        "cache_bytes": layer.cache_bytes,
        "dense_bytes": layer.dense_bytes,
        "anchor_bytes": layer.anchor_bytes,
    }
    if len(layer.scores):
        low, median, high = np.quantile(layer.scores, [0.05, 0.5, 0.95]).tolist()
        row |= {"score_p05": low, "score_median": median, "score_p95": high}
        row["threshold"] = float(layer.thresholds[-1])
    return row
