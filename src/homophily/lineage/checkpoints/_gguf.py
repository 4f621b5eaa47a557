"""GGUF files, by the gguf package: mapped into memory, dequantised row by row."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from homophily.errors import DataError, UsageError
from homophily.lineage.checkpoints._dtypes import BY_NAME, Dtype
from homophily.lineage.checkpoints._gguf_header import check
from homophily.lineage.checkpoints._tensor import Held, Tensor

__all__ = ["load"]

_PLAIN = {
    "F64": "float64",
    "F32": "float32",
    "F16": "float16",
    "BF16": "bfloat16",
    "I8": "int8",
    "I32": "int32",
}
#: Architectures whose q and k llama.cpp stores with the two halves of each rotary pair side by side.
_ROTATED = ("arcee", "granite", "llama", "minicpm", "smollm3")


def load(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors of a GGUF file as (out, in), rotary rows in Hugging Face's order; and what it tells.

    Returns:
        Tensors by llama.cpp's names; a config with ``model_type`` and ``tie_word_embeddings``.

    Raises:
        UsageError: The package gguf is not installed.
        DataError: The file is damaged, or of a quantisation that the package cannot undo.
    """
    try:
        import gguf
    except ModuleNotFoundError as error:
        raise UsageError(f"{path}: GGUF needs the package gguf: pip install 'homophily[gguf]'.") from error
    check(path)
    try:
        reader = gguf.GGUFReader(path)
        architecture = _text(reader, "general.architecture")
        heads = [
            _number(reader, f"{architecture}.attention.{key}") for key in ("head_count", "head_count_kv")
        ]
        found = {each.name: _tensor(each) for each in reader.tensors}
    except Exception as error:
        # The package believes what the file says of lengths and types, and fails in as many ways.
        why = str(error).partition("\n")[0][:150]
        raise DataError(f"{path}: no GGUF file that can be read, or cut short ({why}).") from None
    if architecture in _ROTATED:
        for name, tensor in found.items():
            count = heads[0] if ".attn_q." in name else heads[1] or heads[0] if ".attn_k." in name else 0
            if count and tensor.shape[0] % (2 * count) == 0:
                found[name] = Ordered(tensor, _unrotated(tensor.shape[0], count))
    return found, {"model_type": architecture, "tie_word_embeddings": "output.weight" not in found}


def _text(reader: Any, key: str) -> str:
    field = reader.get_field(key)
    return str(field.contents()) if field is not None else ""


def _number(reader: Any, key: str) -> int:
    field = reader.get_field(key)
    told = field.contents() if field is not None else 0
    return told if isinstance(told, int) else 0


def _tensor(each: Any) -> Tensor:
    shape = tuple(int(axis) for axis in reversed(each.shape))
    kind = each.tensor_type.name
    if kind in _PLAIN:
        dtype = BY_NAME[_PLAIN[kind]]
        array = np.asarray(each.data)
        return Held(array.view(dtype.stored).reshape(shape), dtype)
    return Packed(each.data.reshape(shape[0] if len(shape) > 1 else 1, -1), each.tensor_type, shape)


class Packed:
    """A tensor in blocks of few bits.

    Args:
        data: (rows, bytes).
        kind: gguf's type.
        shape: Its axes once undone.
    """

    def __init__(self, data: NDArray[Any], kind: Any, shape: tuple[int, ...]) -> None:
        from gguf.quants import dequantize

        self._data, self._type, self.shape = data.reshape(math.prod(shape[:-1]), -1), kind, shape
        self._undo = dequantize

    dtype: Dtype | None = None

    @property
    def kind(self) -> str:
        """Such as ``gguf q4_k``."""
        return f"gguf {self._type.name.lower()}"

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32."""
        if len(self.shape) == 1:
            return np.asarray(self._undo(self._data, self._type), np.float32).reshape(-1)[start:stop]
        lines = math.prod(self.shape[1:-1])
        try:
            found = self._undo(self._data[start * lines : stop * lines], self._type)
        except NotImplementedError:
            raise DataError(f"the package gguf cannot undo {self.kind}; use another quantisation.") from None
        return np.asarray(found, np.float32).reshape(stop - start, *self.shape[1:])


class Ordered:
    """A tensor whose rows are stored in another order.

    Args:
        tensor: As stored.
        order: For each row its place in `tensor`.
    """

    def __init__(self, tensor: Tensor, order: NDArray[np.int64]) -> None:
        self._tensor, self._order = tensor, order
        self.shape, self.kind, self.dtype = tensor.shape, tensor.kind, tensor.dtype

    def rows(self, start: int, stop: int) -> NDArray[np.float32]:
        """Rows as float32, in order."""
        wanted = self._order[start:stop]
        if not len(wanted):
            return self._tensor.rows(0, 0)
        first = int(wanted.min())
        return self._tensor.rows(first, int(wanted.max()) + 1)[wanted - first]


def _unrotated(rows: int, heads: int) -> NDArray[np.int64]:
    """Where each row of q or k lies in a file of llama.cpp, which puts row i beside row i + d/2 of a head."""
    half = rows // heads // 2
    return np.arange(rows).reshape(heads, half, 2).swapaxes(1, 2).reshape(-1)
