"""A checkpoint, its tokenizer, and what tells it from others."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from homophily.errors import UnknownName, UsageError
from homophily.filtering.adapter import attentions

__all__ = ["Checkpoint", "device_of", "dtype_of", "load"]

_DTYPES = {"auto": None, "float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
_WEIGHTS = (".safetensors", ".bin")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model ready to be measured.

    Attributes:
        name: As people call it.
        id: Tells weights, tokenizer and dtype from others.
        model: In evaluation mode, on its device.
        tokenizer: Its tokenizer.
        length: Most tokens of a sequence.
    """

    name: str
    id: str
    model: Any
    tokenizer: Any
    length: int


def load(where: str | Path, *, device: str | None = None, dtype: str = "auto") -> Checkpoint:
    """Load a checkpoint of a supported family.

    Args:
        where: A folder, or a name on the Hugging Face hub where that is reachable or cached.
        device: As torch names it; CUDA where there is some, else the CPU.
        dtype: ``auto`` for the checkpoint's own, or ``float32``, ``bfloat16``, ``float16``.

    Raises:
        UsageError: No such folder or name, no model or tokenizer in it, a family not supported, no such
            device or dtype.
    """
    dtype_of(dtype)
    target, place = device_of(device), Path(where)
    if not place.is_dir() and (place.exists() or str(where).count("/") != 1 or str(where)[0] in "./~"):
        raise UsageError(f"no such folder: {str(where)!r}; wanted a checkpoint's folder with config.json.")
    if place.is_dir() and not (place / "config.json").is_file():
        raise UsageError(f"{str(where)!r} holds no config.json; wanted a checkpoint in Hugging Face's form.")
    model, tokenizer = _read(str(where), dtype)
    model = model.to(target).eval()
    own = str(next(model.parameters()).dtype).removeprefix("torch.")
    identity = f"{_fingerprint(place) if place.is_dir() else where}-{own}"
    length = int(getattr(model.config, "max_position_embeddings", 2048))
    name = place.resolve().name if place.is_dir() else str(where)
    return Checkpoint(name, identity, model, tokenizer, length)


def device_of(name: str | None) -> torch.device:
    """The device of a name; CUDA where there is some if not named.

    Raises:
        UsageError: No such device here.
    """
    if name is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise UsageError(f"no device {name!r} here: {str(error).splitlines()[0]}") from error
    return device


def dtype_of(name: str) -> torch.dtype | None:
    """The dtype of a name; None for ``auto``.

    Raises:
        UnknownName: No such dtype.
    """
    if name not in _DTYPES:
        raise UnknownName("dtype", name, _DTYPES)
    return _DTYPES[name]


def _read(where: str, dtype: str) -> tuple[Any, Any]:
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    models: Any = AutoModelForCausalLM
    logging: Any = transformers_logging
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(where)
        with torch.device("meta"):  # a family not supported is told before its weights are read
            attentions(models.from_config(config))
        tokenizer = AutoTokenizer.from_pretrained(where)
        return models.from_pretrained(where, dtype=dtype), tokenizer
    except (OSError, ValueError, KeyError) as error:
        reason = " ".join(str(error).split())[:300]
        raise UsageError(f"{where!r} cannot be loaded as a causal language model: {reason}") from error
    finally:
        if shown:
            logging.enable_progress_bar()


def _fingerprint(folder: Path) -> str:
    """A key of a checkpoint's files: small ones whole, weights by name, size, and both ends."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix not in (*_WEIGHTS, ".json", ".model"):
            continue
        size = path.stat().st_size
        digest.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            digest.update(file.read(1 << 20))
            file.seek(max(0, size - (1 << 20)))
            digest.update(file.read(1 << 20))
    return digest.hexdigest()[:16]
