"""Weights-only files of PyTorch: tensors and nothing else, mapped into memory."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints._dtypes import BY_NAME
from homophily.lineage.checkpoints._tensor import Held

__all__ = ["INDEX", "load"]

INDEX = "pytorch_model.bin.index.json"
#: Where training scripts keep the weights among other things, likeliest first.
_INSIDE = ("state_dict", "model_state_dict", "model", "module")


def load(path: Path, _closing: ExitStack | None = None) -> dict[str, Held]:
    """The tensors of a file that ``torch.save`` wrote; code in it is never run.

    Args:
        path: ``.bin``, ``.pt`` or ``.pth``.
        _closing: For the form of other readers; the map ends with the last tensor.

    Raises:
        UsageError: torch is not installed.
        DataError: The file holds more than tensors and plain values, or is damaged.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{path}: a PyTorch file needs torch: pip install 'homophily[local]', or save it as safetensors."
        ) from error
    # Files of torch before 1.6 are no zip archives and cannot be mapped.
    mapped = zipfile.is_zipfile(path)
    try:
        told = torch.load(path, map_location="cpu", weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as error:
        raise DataError(f"{path}: {_reason(error)}") from None
    except Exception as error:
        why = str(error).partition("\n")[0][:150]
        raise DataError(f"{path}: no weights-only PyTorch file, or a damaged one ({why}).") from None
    return {name: _held(tensor, path, name) for name, tensor in _tensors(told, path).items()}


def _reason(error: Exception) -> str:
    text = str(error)
    if "Unsupported global" in text or "GLOBAL" in text or "allowlist" in text:
        name = text.partition("GLOBAL ")[2].split(" ")[0].strip("`'") or "something else than tensors"
        return f"holds code ({name[:80]}), which could do anything; refused. Ask for it as safetensors."
    return "no weights-only PyTorch file, or a damaged one; fetch it again, or ask for it as safetensors."


def _tensors(told: Any, path: Path) -> dict[str, Any]:
    """The tensors of a state dict, or of one inside."""
    import torch

    inner = next((told[key] for key in _INSIDE if isinstance(told, Mapping) and key in told), told)
    for each in (inner, told):
        if isinstance(each, Mapping):
            found = {str(k): v for k, v in each.items() if isinstance(v, torch.Tensor)}
            if found:
                return found
    raise DataError(f"{path}: holds no state dict; save model.state_dict().")


def _held(tensor: Any, path: Path, name: str) -> Held:
    import torch

    dtype = BY_NAME.get(str(tensor.dtype).removeprefix("torch."))
    if dtype is None or tensor.layout != torch.strided:
        raise DataError(f"{path}: tensor {name!r} is {tensor.dtype}, {tensor.layout}, which is not read.")
    tensor = tensor.detach()
    if dtype.name == "bfloat16":
        tensor = tensor.view(torch.uint16)
    elif (dtype.floating and dtype.size == 1) or dtype.name == "bool":
        tensor = tensor.view(torch.uint8)
    array: Any = tensor.numpy()
    return Held(np.asarray(array), dtype)
