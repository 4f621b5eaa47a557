"""Quantised layouts inside safetensors: packed tensors that stand for one weight, undone row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from homophily.errors import DataError
from homophily.lineage.checkpoints._blocks import Awq, Gptq
from homophily.lineage.checkpoints._bytes import Fours, Nibbles, Scaled
from homophily.lineage.checkpoints._tensor import Plain, Tensor

__all__ = ["fold"]

_STATE = ".weight.quant_state.bitsandbytes__"
#: A weight, its stem, and the names of the parts that it stands for beside the first.
_Made: TypeAlias = tuple[Tensor, str, list[str]]


def fold(tensors: Mapping[str, Plain], config: Mapping[str, Any]) -> dict[str, Tensor]:
    """The tensors with every quantised weight in the place of the parts that it is packed in.

    Told by the names of the parts, so that a file without its config.json is read too: GPTQ and AWQ (4 and 8
    bits), bitsandbytes (LLM.int8, nf4, fp4), compressed-tensors (int8, fp8, packed int4 and int8), fp8 in
    blocks.

    Args:
        tensors: As stored.
        config: The model's config.json; ``quantization_config`` settles what names leave open.

    Raises:
        DataError: A layout's parts do not fit one another.
    """
    told = config.get("quantization_config")
    settings = told if isinstance(told, dict) else {}
    weights: dict[str, Tensor] = {}
    parts: dict[str, str] = {}
    for name in tensors:
        made = _made(name, tensors, settings)
        if made is not None:
            tensor, stem, others = made
            weights[f"{stem}.weight"] = tensor
            parts |= dict.fromkeys([name, *others], f"{stem}.weight")
    # A weight stands where the first of its parts stood.
    ordered = dict.fromkeys(parts.get(name, name) for name in tensors)
    return {name: weights.get(name) or tensors[name] for name in ordered}


def _made(name: str, tensors: Mapping[str, Plain], settings: Mapping[str, Any]) -> _Made | None:
    """The weight that a tensor is the main part of, its stem, and the names of the other parts."""
    stem, _, end = name.rpartition(".")
    try:
        if end == "qweight":
            return _grouped(stem, tensors, settings)
        if end == "weight_packed":
            return _compressed(stem, tensors)
        if end == "weight" and tensors[name].dtype.size == 1:
            return _bytes(stem, tensors, settings)
    except (IndexError, KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        raise DataError(
            f"tensor {name!r} is packed in a way that is not read ({str(error)[:100]}); "
            "dequantise the model with the library that made it, and save it as float16."
        ) from error
    return None


def _grouped(stem: str, tensors: Mapping[str, Plain], settings: Mapping[str, Any]) -> _Made:
    """GPTQ, whose scales have as many columns as the packed weight, or AWQ, whose have more."""
    weight, scales, zeros = (tensors[f"{stem}.{end}"] for end in ("qweight", "scales", "qzeros"))
    packed = Gptq if weight.shape[1] == scales.shape[1] else Awq
    made = packed(weight, zeros, scales, tensors.get(f"{stem}.g_idx"), settings)
    return made, stem, _names(stem, "scales", "qzeros", "g_idx")


def _compressed(stem: str, tensors: Mapping[str, Plain]) -> _Made:
    shape, zero = (tensors.get(f"{stem}.{end}") for end in ("weight_shape", "weight_zero_point"))
    made = Nibbles(tensors[f"{stem}.weight_packed"], tensors[f"{stem}.weight_scale"], shape, zero)
    return made, stem, _names(stem, "weight_scale", "weight_shape", "weight_zero_point", "weight_g_idx")


def _bytes(stem: str, tensors: Mapping[str, Plain], settings: Mapping[str, Any]) -> _Made | None:
    weight = tensors[f"{stem}.weight"]
    state = next((key for key in (f"{stem}{_STATE}nf4", f"{stem}{_STATE}fp4") if key in tensors), None)
    if state is not None:
        ends = ("absmax", "quant_map", "nested_absmax", "nested_quant_map")
        parts = {end: tensors[f"{stem}.weight.{end}"] for end in ends if f"{stem}.weight.{end}" in tensors}
        return Fours(weight, tensors[state], parts), stem, [state, *_names(f"{stem}.weight", *ends)]
    if (scale := tensors.get(f"{stem}.SCB")) is not None and weight.dtype.name == "int8":
        made = Scaled(weight, scale, None, kind="bitsandbytes int8", divisor=127.0)
        return made, stem, _names(stem, "SCB", "weight_format")
    kind = f"scaled {weight.kind}"
    if (scale := tensors.get(f"{stem}.weight_scale")) is not None:
        made = Scaled(weight, scale, tensors.get(f"{stem}.weight_zero_point"), kind=kind)
        return made, stem, _names(stem, "weight_scale", "weight_zero_point", "input_scale")
    if (scale := tensors.get(f"{stem}.weight_scale_inv")) is not None:
        tall, broad = settings.get("weight_block_size") or (128, 128)
        made = Scaled(weight, scale, None, kind=kind, blocks=(int(tall), int(broad)))
        return made, stem, _names(stem, "weight_scale_inv", "input_scale")
    return None


def _names(stem: str, *ends: str) -> list[str]:
    return [f"{stem}.{end}" for end in ends]
