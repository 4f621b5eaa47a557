"""Token Filtering where the host must not wait: state, thresholds and cache as tensors of fixed shape.

The decisions are those of the plain path. Triton kernels decide and attend where Triton is installed; the
same steps in torch's own operations otherwise.
"""

from __future__ import annotations

from types import ModuleType

import torch

__all__ = ["operations"]


def operations(device: torch.device) -> ModuleType:
    """The module whose `decide` and `attend_one` a device runs: Triton's kernels on CUDA, if installed."""
    from homophily.filtering.device import _triton, plain

    if device.type != "cuda" or not _triton.AVAILABLE:
        return plain
    from homophily.filtering.device import fused

    return fused
