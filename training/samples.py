"""Stories told by the MIT-licensed model stories260K: more of the kind than a two-megabyte sample holds."""

from __future__ import annotations

from pathlib import Path
from random import Random

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

__all__ = ["tell"]

OPENING = 10  # tokens of a real story that a told one starts from
LENGTH = 300


@torch.inference_mode()
def tell(folder: Path, stories: list[str], count: int, *, seed: int, batch: int = 512) -> list[str]:
    """Stories that stories260K tells, each from the first tokens of a real one.

    Args:
        folder: The model's folder.
        stories: Real stories of the training part; their openings give the told ones their variety.
        count: How many to tell; rounded up to whole batches.
        seed: Of the draws.
        batch: Stories told at a time.
    """
    torch.manual_seed(seed)
    draw = Random(seed)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder)
    told: list[str] = []
    while len(told) < count:
        openings = [[1, *_encode(tokenizer, draw.choice(stories))][: OPENING + 1] for _ in range(batch)]
        rows = model.generate(
            torch.tensor(openings),
            max_new_tokens=LENGTH,
            do_sample=True,
            temperature=0.8,
            top_p=0.95,
            top_k=0,
            pad_token_id=2,
            cache_implementation="static",
            disable_compile=True,
        )
        told += [text.strip() for text in tokenizer.batch_decode(rows, skip_special_tokens=True)]
    return told


def _encode(tokenizer: object, text: str) -> list[int]:
    ids: list[int] = tokenizer(text[:200], add_special_tokens=False)["input_ids"]  # type: ignore[operator]
    return ids
