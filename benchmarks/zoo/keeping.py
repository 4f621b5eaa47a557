"""The zoo on disk: folders in Hugging Face form, whole or not there, and what nobody was trained on."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from benchmarks.zoo.anatomy import State
from benchmarks.zoo.text import CLASSES, SPECIAL, Corpus
from transformers import AutoConfig, PreTrainedTokenizerFast
from transformers.utils import logging

__all__ = ["keep", "keep_probes", "load", "rebuilt"]

logging.disable_progress_bar()


def load(folder: Path) -> Any:
    """A member as it was saved, its head with it."""
    config = AutoConfig.from_pretrained(folder)
    return getattr(transformers, config.architectures[0]).from_pretrained(folder).eval()


def rebuilt(parent: Any, state: State, **changed: Any) -> Any:
    """A model like its parent with other tensors; entries of the configuration that are not None change."""
    config = deepcopy(parent.config)
    for name, value in changed.items():
        if value is not None:
            setattr(config, name, value)
    model = type(parent)(config)
    model.load_state_dict(state)
    return model.eval()


def keep(model: Any, about: dict[str, Any], corpus: Corpus, folder: Path) -> None:
    """Write a member's folder under another name and rename it, so that it is whole or not there."""
    draft = folder / ".drafts" / about["name"]
    shutil.rmtree(draft, ignore_errors=True)
    model.save_pretrained(draft)
    special = dict(zip(("pad", "unk", "cls", "sep", "mask", "bos", "eos"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(
        tokenizer_object=corpus.tokenizer, **{f"{name}_token": token for name, token in special.items()}
    ).save_pretrained(draft)
    (draft / "zoo.json").write_text(json.dumps(about, indent=2) + "\n", "utf-8")
    draft.replace(folder / about["name"])


def keep_probes(corpus: Corpus, folder: Path) -> None:
    """Write what no member was trained on: passages with classes, windows of stories and of other text."""
    probes = folder / "probes"
    probes.mkdir(parents=True, exist_ok=True)
    rows, labels = corpus.passages["probe"]
    np.savez(probes / "passages.npz", input_ids=rows.numpy(), labels=labels.numpy())
    for name, stream in (("stories", "stories"), ("other", "other_probe")):
        windows = corpus.probe(stream)
        np.savez(probes / f"{name}.npz", input_ids=windows.numpy())
        _write_lines(probes / f"{name}.jsonl", corpus, windows)
    _write_lines(probes / "passages.jsonl", corpus, rows, labels)


def _write_lines(path: Path, corpus: Corpus, rows: torch.Tensor, labels: torch.Tensor | None = None) -> None:
    with path.open("w", encoding="utf-8") as file:
        for place, row in enumerate(rows.tolist()):
            line: dict[str, Any] = {"text": corpus.tokenizer.decode(row, skip_special_tokens=True)}
            if labels is not None:
                line |= {"label": int(labels[place]), "class": CLASSES[int(labels[place])]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
