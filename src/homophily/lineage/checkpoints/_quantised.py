"""Quantised layouts inside safetensors: packed tensors that stand for one weight, undone row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from homophily.errors import DataError
from homophily.lineage.checkpoints._blocks import Awq, Gptq
from homophily.lineage.checkpoints._bytes import Fours, Nibbles, Scaled
from homophily.lineage.checkpoints._tensor import Plain, Tensor

__all__ = ["fold"]

_STATE = ".weight.quant_state.bitsandbytes__"


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


def _made(
    name: str, tensors: Mapping[str, Plain], settings: Mapping[str, Any]
) -> tuple[Tensor, str, list[str]] | None:
    """The weight that a tensor is the main part of, its stem, and the names of the other parts."""
    stem, _, end = name.rpartition(".")

    def part(end: str) -> Plain | None:
        return tensors.get(f"{stem}.{end}")

    def names(*ends: str) -> list[str]:
        return [f"{stem}.{end}" for end in ends]

    try:
        if (
            end == "qweight"
            and (scales := part("scales")) is not None
            and (zeros := part("qzeros")) is not None
        ):
            order, weight = part("g_idx"), tensors[name]
            packed = Gptq if weight.shape[1] == scales.shape[1] else Awq
            return packed(weight, zeros, scales, order, settings), stem, names("scales", "qzeros", "g_idx")
        if end == "weight_packed" and (scale := part("weight_scale")) is not None:
            others = names("weight_scale", "weight_shape", "weight_zero_point", "weight_g_idx")
            return (
                Nibbles(tensors[name], scale, part("weight_shape"), part("weight_zero_point")),
                stem,
                others,
            )
        if end != "weight":
            return None
        state = next((key for key in (f"{stem}{_STATE}nf4", f"{stem}{_STATE}fp4") if key in tensors), None)
        if state is not None:
            parts = {
                key.removeprefix(f"{name}."): value
                for key, value in tensors.items()
                if key.startswith(f"{name}.")
            }
            return Fours(tensors[name], tensors[state], parts), stem, [f"{name}.{key}" for key in parts]
        if tensors[name].dtype.name == "int8" and (scale := part("SCB")) is not None:
            return (
                Scaled(tensors[name], scale, None, 127.0, "bitsandbytes int8"),
                stem,
                names("SCB", "weight_format"),
            )
        one_byte = tensors[name].dtype.size == 1
        scale = part("weight_scale") or part("weight_scale_inv")
        if one_byte and scale is not None:
            others = names("weight_scale", "weight_scale_inv", "weight_zero_point", "input_scale")
            kind = f"scaled {tensors[name].kind}"
            return Scaled(tensors[name], scale, part("weight_zero_point"), 1.0, kind), stem, others
    except (IndexError, KeyError, ValueError, TypeError, ZeroDivisionError) as error:
        raise DataError(
            f"tensor {name!r} is packed in a way that is not read ({str(error)[:100]}); "
            "dequantise the model with the library that made it, and save it as float16."
        ) from error
    return None
