"""The filter: a context manager around a Hugging Face model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, cast

import torch
from torch import Tensor, nn

from homophily import catalogue
from homophily.errors import UsageError
from homophily.filtering.adapter import attentions
from homophily.filtering.engine import FilteredLayer
from homophily.filtering.placement import Placement, place
from homophily.filtering.report import FilterReport, LayerReport
from homophily.filtering.state import Policy
from homophily.filtering.threshold import Control
from homophily.seeds import derive

__all__ = ["FilteredModel", "TokenFilter"]


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
        ratio: Target share of attention to skip, in [0, 1); 0 leaves the model untouched.
        ratio_of: Of what the ratio is a fraction: all layers (default) or the filtered ones; the paper does
            not say.
        rule: Name in ``homophily/filtering/rules``: what makes a token redundant.
        where: Which end of the stack filters; the paper's is the tail.
        share: Share of the layers that filter; more are taken where the ratio asks for it.
        most: Highest rate of any one layer.
        gamma: Share of the old anchor kept at each token (paper: .9).
        penalty: Cost of disagreement among heads, for the joint rule; an option beside the paper's text.
        keys: Compare keys before (default: position is not content) or after rotary embedding.
        threshold: ``adaptive`` (paper) or ``quantile`` of recent scores.
        eta: Step of the adaptive threshold, in standard deviations of the warm-up's scores a token.
        warmup: Tokens at each sequence's start that are never filtered.
        block: Tokens between two steps of the threshold.
        cache_filtered: Keep filtered tokens' keys and values all the same (ablation).
        seed: For rules that draw.
        record: Keep every decision in ``layers[i].trace``.
    """

    ratio: float = 0.5
    ratio_of: Literal["all_layers", "filtered_layers"] = "all_layers"
    rule: str = "joint"
    where: Placement = "tail"
    share: float = 0.5
    most: float = 0.9
    gamma: float = 0.9
    penalty: float = 0.0
    keys: Literal["before_rotation", "after_rotation"] = "before_rotation"
    threshold: Literal["adaptive", "quantile"] = "adaptive"
    eta: float = 0.03
    warmup: int = 16
    block: int = 32
    cache_filtered: bool = False
    seed: int = 0
    record: bool = False
    path: Literal["auto", "plain", "device"] = "auto"

    def __post_init__(self) -> None:
        for name, low, high in (("ratio", 0, 1), ("gamma", 0, 1)):
            if not low <= getattr(self, name) < high:
                raise UsageError(f"{name} must be in [{low}, {high}), not {getattr(self, name)!r}.")
        if self.warmup < 1 or self.block < 1:
            raise UsageError("warmup and block must be at least 1 token.")

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
        return [
            Policy(
                rule=rule,
                control=Control(
                    rate=rate, eta=self.eta, block=self.block, warmup=self.warmup, method=self.threshold
                ),
                gamma=self.gamma,
                seed=derive("filter", self.seed, layer),
                penalty=self.penalty,
            )
            if rate > 0
            else None
            for layer, rate in enumerate(rates)
        ]


class FilteredModel:
    """A model while its filter is on.

    Attributes:
        layers: The filtered layers, by index.
    """

    def __init__(self, settings: TokenFilter, model: nn.Module) -> None:
        modules = attentions(model)
        if any("forward" in vars(module) for module in modules):
            raise UsageError(
                "this model's attention is filtered already; leave the first filter before the next."
            )
        policies = settings.policies(len(modules))
        self._count = len(modules)
        self._valid: Tensor | None = None
        self.layers: dict[int, FilteredLayer] = {
            index: FilteredLayer(
                module,
                policy,
                lambda: self._valid,
                rotated=settings.keys == "after_rotation",
                cache_filtered=settings.cache_filtered,
                record=settings.record,
            )
            for index, (module, policy) in enumerate(zip(modules, policies, strict=True))
            if policy is not None
        }
        for layer in self.layers.values():
            vars(layer.attention)["forward"] = layer.forward
        decoder: Any = cast(Any, model).get_decoder() if hasattr(model, "get_decoder") else model
        self._hook = decoder.register_forward_pre_hook(self._see_padding, with_kwargs=True)

    def report(self) -> FilterReport:
        """What was filtered so far, over all calls."""
        return FilterReport(tuple(self._layer_report(index) for index in range(self._count)))

    def close(self) -> None:
        """Give the model its own attention back."""
        self._hook.remove()
        for layer in self.layers.values():
            vars(layer.attention).pop("forward", None)

    def _see_padding(self, module: nn.Module, args: Any, kwargs: dict[str, Any]) -> None:
        mask = kwargs.get("attention_mask")
        given: Any = kwargs.get("input_ids", args[0] if args else None)
        tokens: Any = kwargs.get("inputs_embeds") if given is None else given
        self._valid = None
        if mask is None or not self.layers:
            return
        if not isinstance(mask, torch.Tensor) or mask.ndim != 2:
            raise UsageError("Token Filtering needs a two-dimensional attention mask, (batch, tokens).")
        valid = mask[:, -tokens.shape[1] :].bool()
        self._valid = None if bool(valid.all()) else valid

    def _layer_report(self, index: int) -> LayerReport:
        layer = self.layers.get(index)
        if layer is None:
            return LayerReport(index, 0.0, 0, 0, 0, 0)
        held, dense = 0, 0
        if layer.last is not None and (store := layer.last.state.store) is not None:
            held = store.bytes
            seen = sum(threshold.seen for threshold in layer.last.state.thresholds)
            dense = 2 * store.keys.element_size() * store.keys.shape[1] * store.keys.shape[-1] * seen
        return LayerReport(index, layer.policy.control.rate, layer.seen, layer.filtered, held, dense)
