"""The filter: a context manager around a Hugging Face model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from torch import nn

from homophily import catalogue
from homophily.errors import UnknownName, UsageError
from homophily.filtering.capacity import Capacity, Evicts
from homophily.filtering.model import FilteredModel
from homophily.filtering.placement import Placement, place
from homophily.filtering.state import Policy
from homophily.filtering.threshold import Control
from homophily.seeds import derive

__all__ = ["TokenFilter"]

_CHOICES = {
    "ratio_of": ("all_layers", "filtered_layers"),
    "where": get_args(Placement),
    "keys": ("before_rotation", "after_rotation"),
    "threshold": ("adaptive", "quantile", "topk"),
    "path": ("auto", "plain", "device"),
}


@dataclass(frozen=True, kw_only=True)
class TokenFilter:
    """Skips the attention of tokens that resemble what came before, in key and value (arXiv 2512.07090).

        with TokenFilter(ratio=0.5)(model) as filtered:
            model.generate(**inputs)
        print(filtered.report())

    A filtered token's residual passes on unchanged in that layer and its MLP runs as usual; its query,
    attention and output projection are not computed, and its key and value are not cached there. Decisions
    are causal, token by token, without calibration data, and the same in prefill and decoding.

    Attributes:
        ratio: Target share of attention to skip, in [0, 1); 0 alone leaves the model untouched.
        ratio_of: Of what `ratio` and `tokens` are told: all layers (default) or the filtered ones; the paper
            does not say.
        tokens: A bound on the cache: beyond it the oldest kept tokens leave, the first `sinks` aside. It
            holds for every layer, filtering or not (so for their average), or for the filtered layers alone,
            as `ratio_of` says; None for no bound. `ratio` filters all the same; 0 leaves the bound alone.
        rule: Name in ``homophily/filtering/rules``: what makes a token redundant.
        where: Which end of the stack filters; the paper's is the tail.
        share: Share of the layers that filter; more are taken where the ratio asks for it.
        most: Highest rate of any one layer.
        gamma: Share of the old anchor kept at each token (paper: .9).
        penalty: Cost of disagreement among heads, for the joint rule; an option beside the paper's text.
        keys: Compare keys before (default: position is not content) or after rotary embedding.
        threshold: ``adaptive`` (paper), ``quantile`` of recent scores, or ``topk``: exactly
            ``round(rate * block)`` tokens of every block (`homophily.filtering.threshold.Control`).
        eta: Step of the adaptive threshold, in standard deviations of the scores a token of excess.
        warmup: Tokens at each sequence's start that are never filtered.
        block: Tokens between two steps of the threshold.
        window: Scores that the threshold's estimates look back on; 0: the warm-up's alone.
        sinks: First tokens of a sequence that a bound on the cache spares.
        cache_filtered: Keep filtered tokens' keys and values all the same (ablation).
        seed: For rules that draw.
        record: Keep every decision in ``layers[i].trace``, for the report's scores and thresholds.
        path: ``plain`` counts on the host; ``device`` never asks the accelerator within a layer, and takes a
            static cache too (`homophily.filtering.device`). Both decide alike. ``auto``: device for a model
            on CUDA, plain elsewhere and for what the device path cannot do: `tokens`, the rule ``recent``,
            `cache_filtered`, `record`.
    """

    ratio: float = 0.5
    ratio_of: Literal["all_layers", "filtered_layers"] = "all_layers"
    tokens: int | None = None
    rule: str = "joint"
    where: Placement = "tail"
    share: float = 0.5
    most: float = 0.9
    gamma: float = 0.9
    penalty: float = 0.0
    keys: Literal["before_rotation", "after_rotation"] = "before_rotation"
    threshold: Literal["adaptive", "quantile", "topk"] = "adaptive"
    eta: float = 0.1
    warmup: int = 16
    block: int = 32
    window: int = 256
    sinks: int = 4
    cache_filtered: bool = False
    seed: int = 0
    record: bool = False
    path: Literal["auto", "plain", "device"] = "auto"

    def __post_init__(self) -> None:
        for name in ("ratio", "gamma"):
            if not 0 <= getattr(self, name) < 1:
                raise UsageError(f"{name} must be in [0, 1), not {getattr(self, name)!r}.")
        for name in ("share", "most"):
            if not 0 < getattr(self, name) <= 1:
                raise UsageError(f"{name} must be in (0, 1], not {getattr(self, name)!r}.")
        for name in ("warmup", "block"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} must be at least 1 token, not {getattr(self, name)!r}.")
        for name in ("eta", "penalty", "sinks", "window"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} must not be negative, but is {getattr(self, name)!r}.")
        for name, known in _CHOICES.items():
            if getattr(self, name) not in known:
                raise UnknownName(f"choice of `{name}`", str(getattr(self, name)), known)
        if self.threshold != "adaptive" and not self.window:
            raise UsageError(f"threshold {self.threshold!r} needs a window of scores to look back on.")
        if self.tokens is not None and self.tokens <= self.sinks:
            raise UsageError(f"tokens must be more than the {self.sinks} sinks, not {self.tokens!r}.")
        if self.path == "device" and self._only_plain():
            raise UsageError(
                f'path="device" cannot do {self._only_plain()}; leave it out, or use path="auto".'
            )

    def on_device(self, model: nn.Module) -> bool:
        """Whether the model's layers are filtered without asking the accelerator."""
        if self.path != "auto":
            return self.path == "device"
        return next(model.parameters()).device.type == "cuda" and not self._only_plain()

    @contextmanager
    def __call__(self, model: nn.Module) -> Iterator[FilteredModel]:
        """Filter the model's attention within the ``with`` block.

        Args:
            model: A Hugging Face decoder of a supported family; its weights are not touched.

        Raises:
            UsageError: The model's attention is of no supported family, or is filtered already.
        """
        filtered = FilteredModel(self, model)
        try:
            yield filtered
        finally:
            filtered.close()

    def policies(self, layers: int) -> list[Policy | None]:
        """Each layer's policy, None for those left alone."""
        rates = place(
            layers, self.ratio, where=self.where, share=self.share, ratio_of=self.ratio_of, most=self.most
        )
        rule = catalogue.get("filtering.rules", self.rule)
        return [self._policy(rule, rate, layer) for layer, rate in enumerate(rates)]

    def _only_plain(self) -> str:
        """What the device path cannot do among the settings, empty if it can do all."""
        asked = {
            "tokens": self.tokens is not None,
            f"rule={self.rule!r}": isinstance(catalogue.get("filtering.rules", self.rule), Evicts),
            "cache_filtered": self.cache_filtered,
            "record": self.record,
        }
        return ", ".join(name for name, is_set in asked.items() if is_set)

    def _policy(self, rule: Any, rate: float, layer: int) -> Policy | None:
        bounded = self.tokens is not None and (rate > 0 or self.ratio_of == "all_layers")
        if rate == 0 and not bounded:
            return None
        capacity = rule.capacity(rate) if isinstance(rule, Evicts) else None
        if bounded:
            capacity = replace(capacity or Capacity(), tokens=self.tokens)
        return Policy(
            rule=rule,
            control=Control(
                rate=rate,
                eta=self.eta,
                block=self.block,
                warmup=self.warmup,
                method=self.threshold,
                window=self.window,
            ),
            gamma=self.gamma,
            seed=derive("filter", self.seed, layer),
            penalty=self.penalty,
            capacity=capacity and replace(capacity, sinks=self.sinks),
        )
