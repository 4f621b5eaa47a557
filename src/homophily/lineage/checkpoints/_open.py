"""Opening a checkpoint: telling by its files what kind it is."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import _safetensors as safetensors
from homophily.lineage.checkpoints.checkpoint import Checkpoint
from homophily.lineage.checkpoints.families import of_file

__all__ = ["open_checkpoint"]


def open_checkpoint(path: str | Path, *, mapping: str | Path | None = None) -> Checkpoint:
    """Open a model's weights for reading; use it in a ``with`` statement.

    Args:
        path: A Hugging Face folder (one file or shards with their index), or a file: ``.safetensors``.
        mapping: A TOML file of names that the shipped families do not know (`families.of_file`).

    Raises:
        UsageError: There is nothing there, or nothing that can be opened.
        DataError: A file is damaged, hostile, or not what it claims to be.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"there is no checkpoint {str(path)!r}; give a folder or a file of weights.")
    family = of_file(Path(mapping)) if mapping is not None else None
    with ExitStack() as closing:
        folder = path if path.is_dir() else path.parent
        tensors, form = _tensors(path, closing)
        config = _config(folder)
        if not tensors:
            raise DataError(f"{path}: holds no tensors; is it the right file?")
        return Checkpoint(path, tensors, config=config, closing=closing.pop_all(), mapping=family, form=form)


def _config(folder: Path) -> dict[str, Any]:
    file = folder / "config.json"
    return safetensors.read_json(file) if file.is_file() else {}


def _tensors(path: Path, closing: ExitStack) -> tuple[dict[str, Any], str]:
    if path.is_file():
        if path.name.endswith(".index.json"):
            return dict(safetensors.load_sharded(path, closing)), "safetensors, sharded"
        return dict(safetensors.load(path, closing)), "safetensors"
    if (path / safetensors.INDEX).is_file():
        return dict(safetensors.load_sharded(path / safetensors.INDEX, closing)), "safetensors, sharded"
    files = sorted(path.glob("*.safetensors"))
    single = path / "model.safetensors"
    if single in files or len(files) == 1:
        return dict(safetensors.load(single if single in files else files[0], closing)), "safetensors"
    if files:
        raise UsageError(
            f"{str(path)!r} holds {len(files)} .safetensors files and no index; name one of them."
        )
    raise UsageError(f"{str(path)!r} holds no weights; a folder needs model.safetensors or its index.")
