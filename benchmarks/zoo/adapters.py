"""Low-rank adapters (Hu et al. 2021) on queries and values: trained, kept in PEFT's form, merged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn.utils import parametrize

__all__ = ["Adapter", "attach", "merge", "save"]

#: The layers adapted in each family; GPT-2 keeps queries, keys and values in one.
TARGETS = {"bert": ("query", "value"), "gpt2": ("c_attn",), "llama": ("q_proj", "v_proj")}
ALPHA = 16


class Adapter(nn.Module):
    """A low-rank addition to a weight as it is stored: the weight plus alpha / rank times B A.

    Args:
        weight: ``(rows, columns)`` as stored, which for GPT-2 is (in, out).
        rank: Columns of B.
        turned: Whether the weight is stored (in, out).
    """

    def __init__(self, weight: Tensor, rank: int, turned: bool) -> None:
        super().__init__()
        wide, narrow = weight.T.shape if turned else weight.shape
        self.a = nn.Parameter(torch.randn(rank, narrow) / (3 * narrow) ** 0.5)
        self.b = nn.Parameter(torch.zeros(wide, rank))
        self.scale, self.turned = ALPHA / rank, turned

    def forward(self, weight: Tensor) -> Tensor:
        """The adapted weight."""
        change = self.b @ self.a * self.scale
        return weight + (change.T if self.turned else change)


def attach(model: Any, rank: int, seed: int) -> dict[str, Adapter]:
    """Freeze the model and adapt its target layers; by module name."""
    torch.manual_seed(seed)
    family = model.config.model_type
    for weight in model.parameters():
        weight.requires_grad_(False)
    adapters = {}
    for name, module in _targets(model, family):
        adapters[name] = Adapter(module.weight, rank, family == "gpt2")
        parametrize.register_parametrization(module, "weight", adapters[name])
    if family == "bert" and hasattr(model, "classifier"):
        for weight in model.classifier.parameters():
            weight.requires_grad_(True)
    return adapters


def _targets(model: Any, family: str) -> Iterator[tuple[str, Any]]:
    for name, module in list(model.named_modules()):
        if name.rsplit(".", 1)[-1] in TARGETS[family]:
            yield name, module


def merge(model: Any) -> None:
    """Put the adapters into the weights."""
    for _, module in _targets(model, model.config.model_type):
        parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)


def save(adapters: dict[str, Adapter], model: Any, base: str, folder: Path) -> None:
    """Write ``adapter_config.json`` and ``adapter_model.safetensors``, without a new head."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for name, adapter in adapters.items():
        tensors[f"base_model.model.{name}.lora_A.weight"] = adapter.a.detach().contiguous()
        tensors[f"base_model.model.{name}.lora_B.weight"] = adapter.b.detach().contiguous()
    rank = next(iter(adapters.values())).a.shape[0]
    family = model.config.model_type
    about = {
        "peft_type": "LORA",
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": ALPHA,
        "target_modules": list(TARGETS[family]),
        "fan_in_fan_out": family == "gpt2",
        "bias": "none",
        "task_type": "SEQ_CLS" if hasattr(model, "classifier") else "CAUSAL_LM",
    }
    save_file(tensors, folder / "adapter_model.safetensors")
    (folder / "adapter_config.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
