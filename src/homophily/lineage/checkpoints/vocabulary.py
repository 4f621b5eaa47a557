"""Vocabularies: which token each row of an embedding stands for."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any

from homophily.lineage.checkpoints._safetensors import read_json

__all__ = ["same_vocabulary", "vocabulary"]


def vocabulary(path: Path) -> dict[str, int] | None:
    """The id of each token, from ``tokenizer.json``, ``vocab.json`` or ``vocab.txt`` beside the weights.

    Args:
        path: A checkpoint's folder or file.

    Returns:
        Ids by token; None where there is no such file.

    Raises:
        DataError: The file is there and cannot be read.
    """
    file = _file(path)
    if file is None:
        return None
    if file.name == "vocab.txt":
        lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
        return {token.rstrip("\r"): place for place, token in enumerate(lines) if token}
    told = read_json(file)
    return _tokenizer(told) if file.name == "tokenizer.json" else _ids(told)


def same_vocabulary(one: Path, other: Path) -> bool:
    """Whether two checkpoints' files of tokens are the same, byte by byte; neither is understood."""
    first, second = _file(one), _file(other)
    return first is not None and second is not None and filecmp.cmp(first, second, shallow=False)


def _file(path: Path) -> Path | None:
    folder = path if path.is_dir() else path.parent
    names = ("tokenizer.json", "vocab.json", "vocab.txt")
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _tokenizer(told: dict[str, Any]) -> dict[str, int] | None:
    model = told.get("model")
    vocab = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocab, list):
        # Unigram: pairs of token and score, the id being the place.
        vocab = {each[0]: i for i, each in enumerate(vocab) if isinstance(each, list) and each}
    if not isinstance(vocab, dict):
        return None
    added = told.get("added_tokens")
    more = {
        each.get("content"): each.get("id")
        for each in (added if isinstance(added, list) else [])
        if isinstance(each, dict)
    }
    return _ids({**vocab, **more})


def _ids(vocab: dict[Any, Any]) -> dict[str, int]:
    return {t: i for t, i in vocab.items() if isinstance(t, str) and type(i) is int and i >= 0}
