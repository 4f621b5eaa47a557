"""Running a model once on drawn tokens, under the recorder."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from homophily import seeds
from homophily.errors import UsageError
from homophily.lineage.traces.recorder import record
from homophily.lineage.traces.trace import Trace

__all__ = ["inputs", "run"]

Mask = Literal["none", "ones", "padded"]


def inputs(model: Any, *, tokens: int, batch: int, mask: Mask = "ones", seed: int = 0) -> dict[str, Any]:
    """Drawn tokens for a model of text.

    Args:
        model: A torch module that takes ``input_ids``.
        tokens: Of each sequence.
        batch: Sequences.
        mask: No attention mask, one of ones, or one with the last quarter of the first row left out.
        seed: Of the draw.
    """
    import torch

    words = _words(model)
    ids = seeds.generator("trace", seed).integers(min(3, words - 1), words, (batch, tokens))
    given: dict[str, Any] = {"input_ids": torch.from_numpy(ids)}
    if mask != "none":
        seen = np.ones((batch, tokens), np.int64)
        if mask == "padded":
            seen[0, tokens - max(1, tokens // 4) :] = 0
            given["input_ids"][0, tokens - max(1, tokens // 4) :] = 0
        given["attention_mask"] = torch.from_numpy(seen)
    if getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        given["decoder_input_ids"] = given["input_ids"]
    device = next(model.parameters()).device
    return {name: tensor.to(device) for name, tensor in given.items()}


def run(model: Any, *, tokens: int = 32, batch: int = 1, mask: Mask = "ones", seed: int = 0) -> Trace:
    """The trace of one forward pass, after one that is not recorded.

    Args:
        model: A torch module that takes ``input_ids``, in evaluation mode.
        tokens: Of each sequence.
        batch: Sequences.
        mask: As in `inputs`.
        seed: Of the tokens drawn.

    Raises:
        UsageError: The model cannot run on tokens, or on so many.
    """
    import torch

    given = inputs(model, tokens=tokens, batch=batch, mask=mask, seed=seed)
    dtype = str(next(model.parameters()).dtype).removeprefix("torch.")
    try:
        with torch.no_grad():
            model(**given)
            with record(tokens=tokens, batch=batch, dtype=dtype) as trace:
                model(**given)
    except (IndexError, RuntimeError, TypeError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UsageError(
            f"the model did not run on {batch} × {tokens} tokens: {reason}. Try fewer --tokens, or put "
            "homophily.lineage.traces.record() around a call of your own."
        ) from error
    return trace


def _words(model: Any) -> int:
    """Size of the vocabulary, by configuration or by the first embedding."""
    import torch

    config = getattr(model, "config", None)
    words = getattr(config, "vocab_size", None)
    if words is None and config is not None and hasattr(config, "get_text_config"):
        words = getattr(config.get_text_config(), "vocab_size", None)
    if words is None:
        tables = (part for part in model.modules() if isinstance(part, torch.nn.Embedding))
        words = getattr(next(tables, None), "num_embeddings", None)
    if words is None:
        raise UsageError("the model has no vocabulary: it takes no tokens, and is not run here.")
    return int(words)
