"""Thresholds: which scores are filtered, so that the attained ratio stays near its target."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Control", "Threshold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """How a layer's threshold follows its target.

    Lee et al. say that each layer's threshold is adjusted continuously, so that the attained ratio stays near
    the target after a short warm-up, and give no rule. Ours is an integral controller over blocks of tokens:

        threshold <- threshold + eta * unit * (filtered - rate * tokens)

    It runs from a sequence's first token on. The warm-up filters nothing, so its tokens count as a debt; when
    it ends the threshold stands at its scores' ``1 - rate`` quantile, less that debt's steps, and `unit` is
    their standard deviation. Hence, n tokens into a sequence, at a block's end, the realised rate is exactly
    ``rate + (threshold_n - threshold_0) / (eta * unit * n)`` with threshold_0 the quantile. Moving at blocks'
    ends alone lets prefill and token-by-token decoding decide alike.

    Attributes:
        rate: Target share of tokens to filter, in [0, 1].
        eta: Step of the threshold per token, in standard deviations of the warm-up's scores.
        block: Tokens between two steps.
        warmup: Tokens at the start that are never filtered; at least 1.
        method: ``adaptive``: the rule above. ``quantile``: at each block's end the threshold is the
            ``1 - rate`` quantile of the last `window` scores, with the rate raised or lowered by what is owed
            so far over `window`. ``topk``: that quantile without the debt, and an exact quota: `quota` tokens
            of every block are filtered; once they are, none, and the last ones by force where too few were.
        window: Scores that the quantile looks back on.
    """

    rate: float
    eta: float = 0.1
    block: int = 32
    warmup: int = 16
    method: Literal["adaptive", "quantile", "topk"] = "adaptive"
    window: int = 256

    @property
    def quota(self) -> int:
        """Tokens of each block that ``topk`` filters."""
        return round(self.rate * self.block)


@dataclass(slots=True)
class Threshold:
    """One layer's threshold in one sequence.

    A score of minus infinity is never filtered; so a rule can protect tokens, or filter none.

    Attributes:
        seen: Tokens so far, warm-up included.
        filtered: Tokens filtered so far.
        value: The threshold; NaN during the warm-up.
        start: threshold_0 of `Control`: the warm-up's quantile.
        unit: Standard deviation of the warm-up's scores.
    """

    seen: int = 0
    filtered: int = 0
    value: float = math.nan
    start: float = math.nan
    unit: float = 1.0
    _pending: int = 0
    _recent: list[float] = field(default_factory=list)

    def decide(
        self, scores: NDArray[np.float64], control: Control, in_force: NDArray[np.float64] | None = None
    ) -> NDArray[np.bool_]:
        """Decide on the next tokens, in order.

        Args:
            scores: Redundancy of each token, ``(tokens,)``; higher is filtered first.
            control: How the threshold moves.
            in_force: Filled with the threshold that each token met, ``(tokens,)``, if given.

        Returns:
            Whether each token is filtered, ``(tokens,)``.
        """
        skip = np.zeros(len(scores), dtype=bool)
        at = 0
        while at < len(scores):
            border = self._next_border(control)
            part = scores[at : at + border - self.seen]
            end = at + len(part)
            if in_force is not None:
                in_force[at:end] = self.value
            if self.seen >= control.warmup:
                skip[at:end] = self._over(part, control, border)
                count = int(np.count_nonzero(skip[at:end]))
                self._pending += count
                self.filtered += count
            self._recent.extend(part.tolist())
            self.seen += len(part)
            at = end
            if self.seen == border:
                self._step(control)
        return skip

    def decide_one(self, score: float, control: Control) -> bool:
        """`decide` for a single token, without arrays; what decoding does."""
        border = self._next_border(control)
        skip = self.seen >= control.warmup and score > self.value
        if control.method == "topk" and self.seen >= control.warmup and score > -math.inf:
            left = border - self.seen
            skip = control.quota - self._pending >= left or (skip and self._pending < control.quota)
        self._pending += skip
        self.filtered += skip
        self._recent.append(score)
        self.seen += 1
        if self.seen == border:
            self._step(control)
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

    def _over(self, scores: NDArray[np.float64], control: Control, border: int) -> NDArray[np.bool_]:
        over = scores > self.value
        if control.method != "topk":
            return over
        owed = control.quota - self._pending
        keepable = border - self.seen - owed
        # Whichever of the two quotas runs out first settles the rest of the block.
        ahead: NDArray[np.int64] = np.cumsum(over) - over
        full = ahead >= owed
        spent = np.arange(len(over)) - ahead >= keepable
        settled = full | spent
        if settled.any():
            first = int(settled.argmax())
            over[first:] = bool(spent[first])
        over &= scores > -math.inf
        return over

    def _step(self, control: Control) -> None:
        if self.seen == control.warmup:
            self._begin(control)
        elif control.method == "adaptive":
            self.value += control.eta * self.unit * (self._pending - control.rate * control.block)
        else:
            self.value = self._quantile(control)
        self._pending = 0
        keep = 0 if control.method == "adaptive" else control.window
        self._recent = self._recent[-keep:] if keep else []

    def _begin(self, control: Control) -> None:
        # The first token is its own anchor: its likeness of 1 says nothing.
        warm = np.asarray(self._recent[1:] or self._recent)
        warm = warm[np.isfinite(warm)]
        if not len(warm):
            self.value = self.start = math.inf
            return
        self.unit = max(float(warm.std()), 1e-3)
        self.start = float(np.quantile(warm, 1 - control.rate))
        self.value = self.start
        if control.method == "adaptive":
            self.value -= control.eta * self.unit * control.rate * control.warmup

    def _quantile(self, control: Control) -> float:
        recent = np.asarray(self._recent)
        recent = recent[np.isfinite(recent)]
        if not len(recent):
            return math.inf
        rate = control.rate
        if control.method == "quantile":
            rate = min(1.0, max(0.0, rate + (rate * self.seen - self.filtered) / control.window))
        return float(np.quantile(recent, 1 - rate))
