"""Opening a checkpoint: telling by its files what kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import _adapter as adapter
from homophily.lineage.checkpoints import _gguf as gguf
from homophily.lineage.checkpoints import _safetensors as safetensors
from homophily.lineage.checkpoints import _torch as pytorch
from homophily.lineage.checkpoints._quantised import fold
from homophily.lineage.checkpoints._tensor import Tensor
from homophily.lineage.checkpoints.checkpoint import Checkpoint
from homophily.lineage.checkpoints.families import of_file

__all__ = ["open_checkpoint"]

_PICKLED = (".bin", ".pt", ".pth")


@dataclass(frozen=True, slots=True)
class _Files:
    """What was found: tensors, in what form, and what the files themselves tell of the model."""

    tensors: Mapping[str, Tensor]
    form: str
    config: Mapping[str, Any] = field(default_factory=dict)


def open_checkpoint(
    path: str | Path, *, base: str | Path | None = None, mapping: str | Path | None = None
) -> Checkpoint:
    """Open a model's weights for reading; use it in a ``with`` statement.

    Args:
        path: A Hugging Face folder (one file, or shards with their index; quantised layouts are undone as
            they are read), a file (``.safetensors``, a weights-only ``.bin``, ``.pt`` or ``.pth``,
            ``.gguf``), or the folder of a LoRA adapter.
        base: An adapter's base; where its configuration names a folder that is there, it may be left out.
        mapping: A TOML file of names that the shipped families do not know (`families.of_file`).

    Raises:
        UsageError: There is nothing there, or nothing that can be opened.
        DataError: A file is damaged, hostile, or not what it claims to be.
        HomophilyError: A package that the file needs is not installed.
    """
    path = Path(path)
    if not path.exists():
        raise UsageError(f"there is no checkpoint {str(path)!r}; give a folder or a file of weights.")
    family = of_file(Path(mapping)) if mapping is not None else None
    with ExitStack() as closing:
        if path.is_dir() and (path / adapter.CONFIG).is_file():
            found = _adapted(path, base, closing)
        else:
            found = _found(path, closing)
        if not found.tensors:
            raise DataError(f"{path}: holds no tensors; is it the right file?")
        return Checkpoint(
            path,
            found.tensors,
            config=found.config,
            closing=closing.pop_all(),
            mapping=family,
            form=found.form,
        )


def _adapted(folder: Path, base: str | Path | None, closing: ExitStack) -> _Files:
    """An adapter in its base."""
    named = adapter.base_of(folder)
    place = Path(base) if base is not None else Path(named)
    if base is None and (not named or not place.exists()):
        of = f" of {named!r}" if named else ""
        raise UsageError(f"{str(folder)!r} is an adapter{of}; give the folder of its base (--base).")
    if not place.exists():
        raise UsageError(f"there is no base {str(place)!r}; give a folder or a file of weights.")
    under = _found(place, closing)
    return _Files(adapter.merge(folder, under.tensors, closing), f"LoRA on {under.form}", under.config)


def _found(path: Path, closing: ExitStack) -> _Files:
    file = path if path.is_file() else _file(path)
    if file.suffix == ".gguf":
        tensors, told = gguf.load(file)
        return _Files(tensors, "GGUF", told)
    config = _config(file.parent)
    if file.name.endswith(".bin.index.json"):
        return _Files(safetensors.load_sharded(file, closing, pytorch.load), "PyTorch, sharded", config)
    if file.suffix in _PICKLED:
        return _Files(pytorch.load(file, closing), "PyTorch", config)
    if file.name.endswith(".index.json"):
        plain = safetensors.load_sharded(file, closing)
    else:
        plain = safetensors.load(file, closing)
    shards = ", sharded" if file.suffix == ".json" else ""
    folded = fold(plain, config)
    packed = sorted({each.kind for each in folded.values() if each.dtype is None})
    return _Files(folded, f"safetensors{shards}{' of ' + packed[0] if packed else ''}", config)


def _config(folder: Path) -> dict[str, Any]:
    file = folder / "config.json"
    return safetensors.read_json(file) if file.is_file() else {}


def _file(folder: Path) -> Path:
    """The file in a folder that holds or lists the weights."""
    for name in (safetensors.INDEX, "model.safetensors", pytorch.INDEX, "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    for ending in ("*.safetensors.index.json", "*.safetensors", "*.gguf", "*.bin", "*.pt", "*.pth"):
        files = sorted(each for each in folder.glob(ending) if each.name != "training_args.bin")
        if len(files) == 1:
            return files[0]
        if files:
            raise UsageError(
                f"{str(folder)!r} holds {len(files)} files {ending} and no index; name the one you mean, "
                "or fetch the index."
            )
    raise UsageError(
        f"{str(folder)!r} holds no weights; a folder needs model.safetensors, shards with their index, a "
        "weights-only pytorch_model.bin, a .gguf file, or an adapter."
    )
