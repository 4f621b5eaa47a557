"""Models in a folder, and what tells one model's content from another's."""

from __future__ import annotations

import hashlib
from pathlib import Path

from homophily.errors import UsageError

__all__ = ["fingerprint", "models_in"]

_WEIGHTS = (".safetensors", ".gguf", ".bin", ".pt", ".pth")
_SAMPLES = 64
_BLOCK = 1 << 16


def models_in(folder: str | Path) -> dict[str, Path]:
    """The models directly in a folder, by name: sub-folders that hold weights, and files of weights.

    Args:
        folder: Where to look.

    Raises:
        UsageError: It is no folder, or holds no model.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UsageError(f"{str(folder)!r} is no folder of models.")
    found = {
        entry.name: entry
        for entry in sorted(folder.iterdir())
        if not entry.name.startswith(".")
        and (_weights(entry) if entry.is_dir() else entry.suffix in _WEIGHTS)
    }
    if not found:
        ends = ", ".join(_WEIGHTS)
        raise UsageError(f"{str(folder)!r} holds no model: no sub-folder with weights and no file ({ends}).")
    return found


def fingerprint(model: str | Path) -> str:
    """A digest of a model's content: names and sizes of its files, and 64 evenly spread blocks of each.

    Small files are read whole. A changed block between the samples goes unseen; sizes and headers do not.

    Args:
        model: A folder or a file.
    """
    digest = hashlib.blake2b(digest_size=16)
    path = Path(model)
    for file in sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]:
        if file.suffix not in (*_WEIGHTS, ".json"):
            continue
        size = file.stat().st_size
        digest.update(f"{file.name if path.is_dir() else ''}\0{size}\0".encode())
        with file.open("rb") as stream:
            if size <= _SAMPLES * _BLOCK:
                digest.update(stream.read())
                continue
            for sample in range(_SAMPLES):
                stream.seek(sample * (size - _BLOCK) // (_SAMPLES - 1))
                digest.update(stream.read(_BLOCK))
    return digest.hexdigest()


def _weights(folder: Path) -> bool:
    return any(entry.is_file() and entry.suffix in _WEIGHTS for entry in folder.iterdir())
