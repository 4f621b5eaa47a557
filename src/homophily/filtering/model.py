"""A model while its filter is on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from homophily.errors import UsageError
from homophily.filtering.adapter import attentions
from homophily.filtering.adapter_device import real_tokens
from homophily.filtering.device import operations
from homophily.filtering.device.layer import DeviceLayer
from homophily.filtering.engine import FilteredLayer
from homophily.filtering.report import FilterReport, LayerReport
from homophily.filtering.state import Policy

if TYPE_CHECKING:
    from homophily.filtering.filter import TokenFilter

__all__ = ["FilteredModel"]


class FilteredModel:
    """A model while its filter is on.

    Attributes:
        layers: The filtered layers, by index.
        on_device: Whether they decide on the accelerator (`TokenFilter.path`).
    """

    def __init__(self, settings: TokenFilter, model: nn.Module) -> None:
        modules = attentions(model)
        if any("forward" in vars(module) for module in modules):
            raise UsageError(
                "this model's attention is filtered already; leave the first filter before the next."
            )
        policies = settings.policies(len(modules))
        self._count = len(modules)
        self._valid: NDArray[np.bool_] | None = None
        self._valid_on_device: torch.Tensor | None = None
        self.on_device = settings.on_device(model)
        self.layers: dict[int, FilteredLayer | DeviceLayer] = {
            index: self._layer(module, policy, settings)
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

    def forget(self) -> None:
        """Begin the report anew; what runs for days need not remember every batch."""
        for layer in self.layers.values():
            layer.forget()

    def close(self) -> None:
        """Give the model its own attention back."""
        self._hook.remove()
        for layer in self.layers.values():
            vars(layer.attention).pop("forward", None)

    def _layer(self, module: nn.Module, policy: Policy, settings: TokenFilter) -> FilteredLayer | DeviceLayer:
        rotated = settings.keys == "after_rotation"
        if self.on_device:
            by = operations(next(module.parameters()).device)
            return DeviceLayer(module, policy, lambda: self._valid_on_device, by, rotated=rotated)
        return FilteredLayer(
            module,
            policy,
            lambda: self._valid,
            rotated=rotated,
            cache_filtered=settings.cache_filtered,
            record=settings.record,
        )

    def _see_padding(self, module: nn.Module, args: Any, kwargs: dict[str, Any]) -> None:
        mask = kwargs.get("attention_mask")
        given: Any = kwargs.get("input_ids", args[0] if args else None)
        tokens: Any = kwargs.get("inputs_embeds") if given is None else given
        if self.on_device:
            self._valid_on_device = real_tokens(mask, tokens.shape[1], kwargs.get("past_key_values"))
            return
        self._valid = None
        if mask is None or not self.layers:
            return
        if not isinstance(mask, torch.Tensor) or mask.ndim != 2:
            raise UsageError("Token Filtering needs a two-dimensional attention mask, (batch, tokens).")
        valid = mask[:, -tokens.shape[1] :].bool().cpu().numpy()
        self._valid = None if valid.all() else valid

    def _layer_report(self, index: int) -> LayerReport:
        layer = self.layers.get(index)
        if layer is None:
            return LayerReport(index, 0.0, 0, 0, 0, 0)
        trace, tallies, last = layer.trace, layer.tallies, layer.last
        real = [~np.isnan(part.scores) for part in trace]
        return LayerReport(
            index,
            layer.policy.control.rate,
            sum(tally.seen for tally in tallies),
            sum(tally.filtered for tally in tallies),
            last.cache_bytes if last else 0,
            last.dense_bytes if last else 0,
            evicted=sum(tally.evicted for tally in tallies),
            anchor_bytes=last.anchor_bytes if last else 0,
            sequences=tuple(
                (filtered + evicted) / seen
                for tally in tallies
                for seen, filtered, evicted in tally.sequences
                if seen
            ),
            scores=_joined([part.scores[at] for part, at in zip(trace, real, strict=True)], float),
            thresholds=_joined([part.thresholds[at] for part, at in zip(trace, real, strict=True)], float),
            kept=_joined([part.keep[at] for part, at in zip(trace, real, strict=True)], bool),
        )


def _joined(parts: list[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
