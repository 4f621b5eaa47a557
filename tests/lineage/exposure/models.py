"""Tiny models of two shapes, really tuned for a few steps, and their probes, made in a second."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    GPT2Config,
    GPT2LMHeadModel,
    PreTrainedTokenizerFast,
)

SPECIAL = ["[PAD]", "[CLS]", "[SEP]", "[MASK]"]
VOCABULARY = len(SPECIAL) + 26


def tokenizer() -> Any:
    letters = {token: place for place, token in enumerate([*SPECIAL, *"abcdefghijklmnopqrstuvwxyz"])}
    made = Tokenizer(models.BPE(vocab=letters, merges=[]))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", mask_token="[MASK]")


def gpt(hidden: int = 32) -> Any:
    torch.manual_seed(0)
    shape = {"vocab_size": VOCABULARY, "n_embd": hidden, "n_layer": 2, "n_head": 2, "n_positions": 32}
    model = GPT2LMHeadModel(GPT2Config(**shape, bos_token_id=1, eos_token_id=2, resid_pdrop=0, embd_pdrop=0))
    return tuned(model, 40, 3e-3, step=1)


def bert() -> Any:
    torch.manual_seed(0)
    shape = {"vocab_size": VOCABULARY, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    config = BertConfig(**shape, intermediate_size=64, max_position_embeddings=32, num_labels=3)
    return BertForMaskedLM(config).eval()


def classifier(base: Any) -> Any:
    """With a new head and pooler, tuned to tell in which third of the alphabet a text begins."""
    torch.manual_seed(1)
    model = BertForSequenceClassification(base.config)
    own = {k: v for k, v in model.state_dict().items() if k.startswith(("classifier", "bert.pooler"))}
    model.load_state_dict(base.state_dict() | own, strict=False)
    rows = runs(1)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3)
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(model(input_ids=rows).logits, classes(rows))
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    return model.eval()


def runs(step: int, count: int = 52) -> torch.Tensor:
    """Letters that follow one another in steps: ``(count, 12)``."""
    starts = torch.arange(count)[:, None]
    return (starts * 7 + step * torch.arange(12)[None]) % 26 + len(SPECIAL)


def classes(rows: torch.Tensor) -> torch.Tensor:
    return (rows[:, 0] - len(SPECIAL)) * 3 // 26


def tuned(base: Any, steps: int, rate: float, *, step: int) -> Any:
    """A copy that has learned runs of another step."""
    model = copy.deepcopy(base).train()
    rows = runs(step)
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate)
    for _ in range(steps):
        logits = model(input_ids=rows).logits[:, :-1]
        torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten()).backward()
        optimiser.step()
        optimiser.zero_grad()
    return model.eval()


def keep(model: Any, folder: Path, *, words: bool = True) -> Path:
    model.save_pretrained(folder)
    if words:
        tokenizer().save_pretrained(folder)
    return folder


def zoo(folder: Path) -> Path:
    """``gpt``, ``gpt-tuned``, ``gpt-sibling``, ``bert``, ``bert-tuned``, and their probes."""
    base, encoder = gpt(), bert()
    keep(base, folder / "gpt")
    keep(tuned(base, 40, 2e-3, step=2), folder / "gpt-tuned")
    keep(tuned(base, 10, 2e-3, step=3), folder / "gpt-sibling")
    keep(encoder, folder / "bert")
    keep(classifier(encoder), folder / "bert-tuned", words=False)
    letters = "abcdefghijklmnopqrstuvwxyz"
    texts = [" ".join(letters[t - len(SPECIAL)] for t in row) for row in runs(2, 20).tolist()]
    (folder / "texts.txt").write_text("\n".join(texts), "utf-8")
    rows = runs(1, 26)
    lines = [
        json.dumps({"tokens": row, "label": label})
        for row, label in zip(rows.tolist(), classes(rows).tolist(), strict=True)
    ]
    (folder / "classes.jsonl").write_text("\n".join(lines), "utf-8")
    return folder
