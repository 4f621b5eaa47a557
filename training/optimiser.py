"""The optimisers: Muon for the layers' matrices, AdamW for embeddings and norms."""

from __future__ import annotations

from torch import nn
from torch.optim import AdamW, Muon, Optimizer

__all__ = ["optimisers", "set_rate"]


def optimisers(model: nn.Module) -> tuple[Optimizer, Optimizer]:
    """Muon (Jordan et al. 2024) with AdamW's update size (Liu et al. 2025), and AdamW for the rest."""
    matrices, rest = [], []
    for name, weight in model.named_parameters():
        (matrices if weight.ndim == 2 and "embed" not in name else rest).append(weight)
    return (
        Muon(matrices, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
        AdamW(rest, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    )


def set_rate(optimiser: Optimizer, rate: float) -> None:
    """Take this learning rate from now on."""
    for group in optimiser.param_groups:
        group["lr"] = rate
