"""Loading a victim's model and tokenizer, and finding its stored tensors in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from homophily.errors import UsageError
from homophily.lineage.exposure.part import Part

__all__ = ["load_model", "load_tokenizer", "places_of"]

#: What the names of transformers' classes end in, by what they answer with.
_HEADS = {
    "classifier": ("ForSequenceClassification",),
    "masked": ("ForMaskedLM",),
    "causal": ("ForCausalLM", "LMHeadModel"),
}


def load_model(folder: Path) -> tuple[Any, str]:
    """A folder's model in float32, and what it answers with: ``classifier``, ``masked`` or ``causal``.

    Raises:
        UsageError: torch or transformers is missing; the folder holds no model, or one without a head.
    """
    try:
        import torch
        import transformers
        from transformers.utils import logging
    except ModuleNotFoundError as error:
        raise UsageError(
            f"exposure runs the model and needs the package {error.name!r}: pip install 'homophily[local]'."
        ) from error
    if not (folder / "config.json").is_file():
        raise UsageError(
            f"{str(folder)!r} holds no config.json; exposure runs the victim, so give its folder, in Hugging "
            "Face's form."
        )
    known = {"local_files_only": True, "trust_remote_code": False}
    bars, level = logging.is_progress_bar_enabled(), logging.get_verbosity()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        config = transformers.AutoConfig.from_pretrained(folder, **known)
        kind = _kind(folder, config)
        auto = {
            "classifier": transformers.AutoModelForSequenceClassification,
            "masked": transformers.AutoModelForMaskedLM,
            "causal": transformers.AutoModelForCausalLM,
        }[kind]
        model = auto.from_pretrained(folder, dtype=torch.float32, **known)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:300]
        raise UsageError(f"{str(folder)!r} cannot be loaded as a model: {reason}") from error
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
    return model.eval().requires_grad_(False), kind


def _kind(folder: Path, config: Any) -> str:
    told = list(config.architectures or [])
    for kind, ends in _HEADS.items():
        if any(name.endswith(ends) for name in told):
            return kind
    raise UsageError(
        f"{str(folder / 'config.json')!r} names {', '.join(told) or 'no architecture'}; exposure compares "
        "predictions, so the victim must be a language model or a classifier of texts."
    )


def load_tokenizer(folder: Path, *, needed: bool) -> Any | None:
    """A folder's tokenizer.

    Raises:
        UsageError: It is needed and not there, or cannot be read.
    """
    from transformers import AutoTokenizer

    if not any(folder.glob("tokenizer*")) and not any(folder.glob("vocab*")):
        if needed:
            raise UsageError(
                f"{str(folder)!r} holds no tokenizer; put its files there, or give a probe of token ids "
                "(JSON lines with 'tokens')."
            )
        return None
    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        if not needed:
            return None
        reason = " ".join(str(error).split())[:300]
        raise UsageError(f"the tokenizer in {str(folder)!r} cannot be read: {reason}") from error


def places_of(model: Any, parts: Sequence[Part]) -> dict[str, list[Any]]:
    """Where in the model each part's numbers are; parts that it does not run are left out.

    Raises:
        UsageError: A parameter of the model is in none of the parts.
    """
    import torch

    held = {name: tensor for name, tensor in model.state_dict().items() if tensor.is_floating_point()}
    places: dict[str, list[Any]] = {}
    for part in parts:
        values = torch.from_numpy(np.ascontiguousarray(part.victim))
        near = sorted(held, key=lambda name: (name != part.name, not _alike(name, part.name)))
        for name in near:
            if held[name].shape == values.shape and torch.equal(held[name], values):
                places.setdefault(part.name, []).append(held[name])
                if name == part.name or _alike(name, part.name):
                    break
    found = {tensor.data_ptr() for tensors in places.values() for tensor in tensors}
    for name, parameter in model.named_parameters():
        if parameter.data_ptr() not in found:
            raise UsageError(f"the model's parameter {name!r} is not among the checkpoint's tensors.")
    return places


def _alike(name: str, other: str) -> bool:
    """Whether one name is the other behind a prefix."""
    return name.endswith("." + other) or other.endswith("." + name)
