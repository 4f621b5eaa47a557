"""LoRA adapters (PEFT folders) merged into their base as rows are read: W + scale · B·A."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import _safetensors as safetensors
from homophily.lineage.checkpoints import _torch as pytorch
from homophily.lineage.checkpoints._dtypes import Dtype
from homophily.lineage.checkpoints._tensor import Plain, Tensor

__all__ = ["CONFIG", "base_of", "merge"]
__references__ = ("hu2022", "kalajdzievski2023")

CONFIG = "adapter_config.json"
_PREFIX = "base_model.model."
_LORA = re.compile(r"(?P<module>.+)\.lora_(?P<kind>embedding_)?(?P<which>[AB])(\.weight)?")
_LIKE = "; a plain LoRA adapter of PEFT is read, others merge with PEFT first and save the model"


class Merged:
    """A weight with a low-rank update (Hu et al. 2022, arXiv 2106.09685), never held whole.

    Args:
        base: W, (rows, columns).
        left: (rows, r), scaled.
        right: (r, columns).
    """

    def __init__(self, base: Tensor, left: NDArray[np.float32], right: NDArray[np.float32]) -> None:
        self._base, self._left, self._right = base, left, right
        self.shape, self.kind = base.shape, f"{base.kind} + LoRA"

    @property
    def dtype(self) -> Dtype | None:
        """The base's."""
        return self._base.dtype

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows of the merged weight as float32."""
        return self._base.rows(start, stop) + self._left[start:stop] @ self._right


def base_of(folder: Path) -> str:
    """The base that an adapter's configuration names, or ``""``."""
    return str(safetensors.read_json(folder / CONFIG).get("base_model_name_or_path") or "")


def merge(folder: Path, base: Mapping[str, Tensor], closing: ExitStack) -> dict[str, Tensor]:
    """The base's tensors, those that the adapter changes with its update.

    Args:
        folder: With ``adapter_config.json`` and ``adapter_model.safetensors`` (or ``.bin``).
        base: The base's tensors by name.
        closing: Closes the adapter's file.

    Raises:
        DataError: The adapter is of another kind, or does not fit the base.
    """
    config = safetensors.read_json(folder / CONFIG)
    kind = config.get("peft_type")
    if kind != "LORA" or config.get("use_dora"):
        raise DataError(f"{folder}: an adapter of kind {'DoRA' if kind == 'LORA' else kind!r}{_LIKE}.")
    tensors = _load(folder, closing)
    halves: dict[str, dict[str, tuple[Plain, bool]]] = {}
    merged = dict(base)
    for name, tensor in tensors.items():
        stem = name.removeprefix(_PREFIX)
        found = _LORA.fullmatch(stem)
        if found:
            module = halves.setdefault(found["module"], {})
            module[found["which"]] = (tensor, bool(found["kind"]))
        else:
            # A module saved whole beside the adapter stands in the base's place.
            merged[_target(stem.replace(".modules_to_save", ""), base, folder)] = tensor
    for stem, parts in halves.items():
        target = _target(f"{stem}.weight", base, folder)
        merged[target] = _merged(base[target], parts, stem, config, folder)
    return merged


def _load(folder: Path, closing: ExitStack) -> Mapping[str, Plain]:
    single, pickled = folder / "adapter_model.safetensors", folder / "adapter_model.bin"
    if single.is_file():
        return safetensors.load(single, closing)
    if pickled.is_file():
        return pytorch.load(pickled, closing)
    raise UsageError(f"{str(folder)!r} has an {CONFIG} and no adapter_model.safetensors; fetch it too.")


def _target(name: str, base: Mapping[str, Tensor], folder: Path) -> str:
    """The base's own name: with or without the prefix of the bare model."""
    stems = [name, name.partition(".")[2]]
    found = [each for each in stems if each in base] or [each for each in base if each.endswith(f".{name}")]
    if len(found) != 1 and name not in base:
        raise DataError(f"{folder}: adapts {name!r}, which the base does not have; is it the right base?")
    return found[0]


def _merged(
    base: Tensor, parts: Mapping[str, tuple[Plain, bool]], stem: str, config: Mapping[str, Any], folder: Path
) -> Merged:
    if set(parts) != {"A", "B"}:
        raise DataError(
            f"{folder}: of {stem!r} only one half of the update is there; fetch the adapter again."
        )
    (a, embedding), (b, _) = parts["A"], parts["B"]
    down, up = (each.rows(0, each.shape[0]) for each in (a, b))
    if down.ndim != 2 or up.ndim != 2 or down.shape[0] != up.shape[1]:
        raise DataError(f"{folder}: the halves of {stem!r} have shapes {a.shape} and {b.shape}{_LIKE}.")
    try:
        scale = np.float32(_scale(stem, down.shape[0], config))
    except (ValueError, TypeError, ZeroDivisionError, re.error) as error:
        raise DataError(
            f"{folder}: {CONFIG} gives {stem!r} no scale that is read ({error}){_LIKE}."
        ) from None
    # Of an embedding and of a weight stored (in, out) the update stands the other way round.
    left, right = (down.T, up.T) if embedding or config.get("fan_in_fan_out") else (up, down)
    if (left.shape[0], right.shape[1]) != base.shape:
        raise DataError(
            f"{folder}: the update of {stem!r} is {left.shape[0]} × {right.shape[1]} and the base's weight "
            f"{' × '.join(map(str, base.shape))}; is it the right base?"
        )
    return Merged(base, left * scale, np.ascontiguousarray(right))


def _scale(stem: str, rank: int, config: Mapping[str, Any]) -> float:
    """The factor alpha / r, or alpha / √r of rank-stabilised LoRA (Kalajdzievski 2023, arXiv 2312.03732)."""
    patterns = config.get("alpha_pattern")
    alpha = config.get("lora_alpha", rank)
    for pattern, own in (patterns if isinstance(patterns, dict) else {}).items():
        # A stranger's pattern: with repetitions in it, matching could take for ever.
        if re.search(r"[*+{]", pattern):
            raise ValueError(f"the alpha_pattern {pattern[:60]!r}")
        if re.fullmatch(rf"(.*\.)?({pattern})", stem):
            alpha = own
            break
    return float(alpha) / (math.sqrt(rank) if config.get("use_rslora") else rank)
