"""Files of safetensors: one, or the shards that an index names."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints import _header as header
from homophily.lineage.checkpoints._place import opened, read_into
from homophily.lineage.checkpoints._tensor import OnFile, Plain

__all__ = ["INDEX", "load", "load_sharded", "read_json"]

INDEX = "model.safetensors.index.json"
#: The longest JSON beside the weights that is read, in bytes.
_LONGEST_JSON = 64 << 20


def load(path: Path, closing: ExitStack) -> dict[str, Plain]:
    """The tensors of one file, which stays open until `closing` closes.

    Raises:
        UsageError: The file cannot be opened.
        DataError: It is no safetensors file, or damaged.
    """
    try:
        descriptor = opened(path)
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be opened: {error.strerror}.") from error
    closing.callback(os.close, descriptor)
    try:
        size = os.fstat(descriptor).st_size
        told = header.length(_bytes(descriptor, min(8, size), 0), path, size)
        text = _bytes(descriptor, told, 8)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
    entries, _ = header.parse(text, path, size)
    return {name: OnFile(path, descriptor, entry) for name, entry in entries.items()}


def _bytes(descriptor: int, number: int, place: int) -> bytes:
    """Bytes from a place on; fewer where the file ends."""
    found = bytearray(number)
    view = memoryview(found)
    while view and (got := read_into(descriptor, view, place)):
        view, place = view[got:], place + got
    return bytes(found[: number - len(view)])


def load_sharded(index: Path, closing: ExitStack, read: Callable[..., Any] = load) -> dict[str, Any]:
    """The tensors of all shards that an index file names.

    Args:
        index: ``….index.json`` with a ``weight_map`` from tensor to file, all in its folder.
        closing: Closes the shards.
        read: Reads one shard.

    Raises:
        DataError: A shard is missing or damaged, or lacks what the index promises.
    """
    told = read_json(index).get("weight_map")
    if not isinstance(told, dict) or not told or not all(isinstance(each, str) for each in told.values()):
        raise DataError(f"{index}: has no 'weight_map' from tensors to files; fetch it again.")
    shards = sorted(set(told.values()))
    for name in shards:
        if Path(name).name != name or name in (".", ".."):
            raise DataError(f"{index}: names the shard {name[:80]!r}, which is not beside it; refused.")
    absent = [name for name in shards if not (index.parent / name).is_file()]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise DataError(
            f"{index.parent}: the shard {absent[0]!r}{more} of {len(shards)} is missing; fetch it."
        )
    found: dict[str, Any] = {}
    for name in shards:
        tensors = read(index.parent / name, closing)
        promised = [tensor for tensor, shard in told.items() if shard == name]
        lacking = next((tensor for tensor in promised if tensor not in tensors), None)
        if lacking is not None:
            raise DataError(
                f"{index.parent / name}: lacks the tensor {lacking!r} that {index.name} promises; index and "
                "shards are of different saves, fetch both again."
            )
        found |= {tensor: tensors[tensor] for tensor in promised}
    return found


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object beside the weights.

    Raises:
        DataError: It cannot be read as one.
    """
    try:
        if path.stat().st_size > _LONGEST_JSON:
            raise DataError(f"{path}: longer than the {_LONGEST_JSON:,} bytes that are read.")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        why = str(error).partition("\n")[0][:120]
        raise DataError(f"{path}: no JSON ({why}); fetch the file again.") from None
    if not isinstance(found, dict):
        raise DataError(f"{path}: no JSON object; fetch the file again.")
    return found
