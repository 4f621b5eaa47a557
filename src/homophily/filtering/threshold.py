"""Thresholds: which scores are filtered, so that the attained ratio stays near its target."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Control", "Threshold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How a layer's threshold follows its target.

    During the warm-up nothing is filtered; it ends with the threshold at its scores' ``1 - rate`` quantile,
    and their standard deviation as unit. From then on, at the end of every block of tokens,

        threshold <- threshold + eta * unit * (filtered - rate * block)

    so that n tokens past the warm-up the realised rate is exactly
    ``rate + (threshold_n - threshold_0) / (eta * unit * n)`` at a block's end. Deciding per block lets
    prefill and token-by-token decoding decide alike.

    Attributes:
        rate: Target share of tokens to filter, in [0, 1].
        eta: Step of the threshold per token, in standard deviations of the warm-up's scores.
        block: Tokens between two steps.
        warmup: Tokens at the start that are never filtered; at least 1.
        method: ``adaptive`` (the rule above) or ``quantile`` (the ``1 - rate`` quantile of the last
            `window` scores).
        window: Scores that the quantile looks back on.
    """

    rate: float
    eta: float = 0.03
    block: int = 32
    warmup: int = 16
    method: str = "adaptive"
    window: int = 256


@dataclass(slots=True)
class Threshold:
    """One layer's threshold in one sequence.

    Attributes:
        seen: Tokens so far, warm-up included.
        filtered: Tokens filtered so far.
        value: The threshold; NaN during the warm-up.
        start: Its value at the end of the warm-up.
        unit: Standard deviation of the warm-up's scores.
    """

    seen: int = 0
    filtered: int = 0
    value: float = float("nan")
    start: float = float("nan")
    unit: float = 1.0
    _pending: int = 0
    _recent: list[float] = field(default_factory=list)

    def decide(self, scores: NDArray[np.float64], control: Control) -> NDArray[np.bool_]:
        """Decide on the next tokens, in order.

        Args:
            scores: Redundancy of each token, ``(tokens,)``; higher is filtered first.
            control: How the threshold moves.

        Returns:
            Whether each token is filtered, ``(tokens,)``.
        """
        skip = np.zeros(len(scores), dtype=bool)
        at = 0
        while at < len(scores):
            border = self._next_border(control)
            part = scores[at : at + border - self.seen]
            if self.seen >= control.warmup and control.rate > 0:
                skip[at : at + len(part)] = part > self.value
            self._pending += int(skip[at : at + len(part)].sum())
            self._recent.extend(part.tolist())
            self.seen += len(part)
            at += len(part)
            if self.seen == border:
                self._step(control)
        self.filtered += int(skip.sum())
        return skip

    def copy(self) -> Threshold:
        """An independent copy, for beams."""
        return Threshold(
            self.seen, self.filtered, self.value, self.start, self.unit, self._pending, list(self._recent)
        )

    def _next_border(self, control: Control) -> int:
        if self.seen < control.warmup:
            return control.warmup
        done = (self.seen - control.warmup) // control.block
        return control.warmup + (done + 1) * control.block

    def _step(self, control: Control) -> None:
        if self.seen == control.warmup:
            # The first token is its own anchor: its likeness of 1 says nothing.
            warm = np.asarray(self._recent[1:] or self._recent)
            self.value = self.start = float(np.quantile(warm, 1 - control.rate))
            self.unit = max(float(warm.std()), 1e-3)
        elif control.method == "quantile":
            self.value = float(np.quantile(self._recent, 1 - control.rate))
        else:
            self.value += control.eta * self.unit * (self._pending - control.rate * control.block)
        self._pending = 0
        keep = control.window if control.method == "quantile" else 0
        self._recent = self._recent[-keep:] if keep else []
