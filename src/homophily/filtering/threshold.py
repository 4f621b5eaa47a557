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
    the target after a short warm-up, and give no rule. Ours steps at the end of every block of tokens by
    ``eta * unit * (filtered - rate * block)``, which sums up to

        threshold = start + eta * unit * (filtered so far - rate * tokens so far)

    with start the scores' ``1 - rate`` quantile and unit their standard deviation. Tokens count from the
    first of a sequence on: the warm-up, which filters nothing, is a debt. Hence at a block's end, n tokens
    into a sequence, the realised rate is exactly ``rate + (threshold - start) / (eta * unit * n)``. Both
    estimates are renewed at each block's end from the last `window` scores, for early scores are a poor
    measure of later ones: anchors and attention settle over the first few hundred tokens. ``window=0`` leaves
    them as the warm-up had them, the plain integral rule, whose rate then lags by up to .3. Moving at blocks'
    ends alone lets prefill and token-by-token decoding decide alike.

    Attributes:
        rate: Target share of tokens to filter, in [0, 1].
        eta: Step of the threshold per token of excess, in standard deviations of the scores.
        block: Tokens between two steps.
        warmup: Tokens at the start that are never filtered; at least 1.
        method: ``adaptive``: the rule above. ``quantile``: the quantile alone, at a rate raised or lowered by
            what is owed so far over `window`. ``topk``: the plain quantile, and an exact quota: `quota`
            tokens of every block are filtered; once they are, none, and the last by force where too few were.
        window: Scores that start and unit are estimated from.
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
        start: The scores' quantile (`Control`).
        unit: Their standard deviation.
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
            # The first token is its own anchor: its likeness of 1 says nothing.
            del self._recent[: len(self._recent) > 1]
        if self.seen == control.warmup or control.window:
            self._estimate(control)
        if control.method == "adaptive":
            self.value = self.start + control.eta * self.unit * (self.filtered - control.rate * self.seen)
        else:
            self.value = self.start
        self._pending = 0
        del self._recent[: max(0, len(self._recent) - control.window)]

    def _estimate(self, control: Control) -> None:
        # By hand, for numpy's own quantile costs more than all the rest of a block.
        recent = np.sort(np.array(self._recent))
        recent = recent[recent.searchsorted(-math.inf, side="right") :]
        if not len(recent):
            self.start = math.inf
            return
        rate = control.rate
        if control.method == "quantile":
            rate = min(1.0, max(0.0, rate + (rate * self.seen - self.filtered) / control.window))
        below, between = divmod((1 - rate) * (len(recent) - 1), 1)
        low, high = recent[int(below)], recent[min(int(below) + 1, len(recent) - 1)]
        self.start = float(low + between * (high - low))
        spread = recent - recent.sum() / len(recent)
        self.unit = max(math.sqrt(spread @ spread / len(recent)), 1e-3)
