"""Checkpoints: a model's weights on disk, read by the tensor, by the row, or by the role."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from homophily.errors import UnknownName, UsageError
from homophily.lineage.checkpoints._dtypes import widen
from homophily.lineage.checkpoints._tensor import Plain, Tensor
from homophily.lineage.checkpoints.families import Family
from homophily.lineage.checkpoints.layout import Layout, Part, layout_of

__all__ = ["Checkpoint", "Spec"]

#: Numbers widened at once.
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Spec:
    """What is known of a tensor without reading it.

    Attributes:
        shape: As stored.
        dtype: As torch names it, such as ``bfloat16``; for a quantised layout what it is, such as ``gptq
            int4``.
        role: What it is to the model (`Layout`); several with commas where it is fused; None if unknown.
        layer: Its block, where it is in one.
    """

    shape: tuple[int, ...]
    dtype: str
    role: str | None
    layer: int | None


class Checkpoint:
    """A model's weights on disk; made by `open_checkpoint`, and closed by ``with`` or `close`.

    Nothing is read but what is asked for. One checkpoint may be read by several threads.

    Args:
        path: Where it is.
        tensors: By name.
        config: The model's config.json, or empty.
        closing: Closes its files.
        mapping: The user's own names.
        form: What kind of files, in a word or two.
    """

    def __init__(
        self,
        path: Path,
        tensors: Mapping[str, Tensor],
        *,
        config: Mapping[str, Any],
        closing: ExitStack,
        mapping: Family | None = None,
        form: str = "safetensors",
    ) -> None:
        self.path, self.config, self.form = path, dict(config), form
        self._tensors, self._closing, self._mapping = dict(tensors), closing, mapping
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its files; nothing can be read any more."""
        self._closing.close()
        self._closed = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its tensors, as stored, in the order of the file."""
        return tuple(self._tensors)

    @cached_property
    def layout(self) -> Layout:
        """Which tensor plays which role."""
        shapes = {name: tensor.shape for name, tensor in self._tensors.items()}
        return layout_of(shapes, self.config, self._mapping)

    @cached_property
    def _roles(self) -> dict[str, list[tuple[str, int | None]]]:
        found: dict[str, list[tuple[str, int | None]]] = {}
        for key, part in self.layout.parts.items():
            found.setdefault(part.name, []).append(key)
        return found

    def tensor(self, name: str) -> Tensor:
        """The tensor of a stored name.

        Raises:
            UnknownName: There is none.
            UsageError: The checkpoint is closed.
        """
        if self._closed:
            # The system may have given the file's number to another file.
            raise UsageError(f"the checkpoint {str(self.path)!r} is closed; read it before its with ends.")
        return self._named(name)

    def _named(self, name: str) -> Tensor:
        if name not in self._tensors:
            raise UnknownName("tensor", name, list(self._tensors)[:50])
        return self._tensors[name]

    def spec(self, name: str) -> Spec:
        """What is known of a tensor without reading it.

        Raises:
            UnknownName: There is none of that name.
        """
        tensor = self._named(name)
        keys = self._roles.get(name, [])
        return Spec(
            tensor.shape, tensor.kind, ",".join(r for r, _ in keys) or None, keys[0][1] if keys else None
        )

    def read(self, name: str) -> NDArray[np.float32]:
        """A whole tensor as float32, in its stored shape.

        Raises:
            UnknownName: There is none of that name.
            DataError: The file cannot be read, or has changed.
        """
        tensor = self.tensor(name)
        number = tensor.shape[0] if tensor.shape else 1
        found = np.empty(tensor.shape, np.float32)
        if isinstance(tensor, Plain) and tensor.dtype.stored == np.float32:
            tensor.fill(0, found.reshape(-1))
            return found
        step = max(1, _BLOCK // max(1, math.prod(tensor.shape[1:])))
        if not tensor.shape:
            return np.asarray(tensor.rows(0, 1), np.float32).reshape(())
        for start in range(0, number, step):
            stop = min(number, start + step)
            found[start:stop] = tensor.rows(start, stop)
        return found

    def stream(self, name: str, rows: int, *, raw: bool = False) -> Iterator[NDArray[np.generic]]:
        """Blocks of rows of a tensor, in one buffer that is used again: copy what you keep.

        Args:
            name: As stored.
            rows: Rows a block, at least one; the last block may be shorter.
            raw: As stored (bfloat16 as uint16 words, float8 as uint8) instead of float32.

        Yields:
            (rows, …) float32 or stored numbers; a scalar is one row.

        Raises:
            UnknownName: There is no tensor of that name.
            UsageError: Stored numbers are asked of a quantised layout, or `rows` is not positive.
            DataError: The file cannot be read, or has changed.
        """
        tensor = self.tensor(name)
        if rows < 1:
            raise UsageError(f"rows={rows}: a block has at least one row.")
        if raw and not isinstance(tensor, Plain):
            raise UsageError(
                f"{name!r} is stored as {tensor.kind}: it has no words of its own; read float32."
            )
        return self._blocks(tensor, rows, raw)

    def _blocks(self, tensor: Tensor, rows: int, raw: bool) -> Iterator[NDArray[np.generic]]:
        number, rest = (tensor.shape[0], tensor.shape[1:]) if tensor.shape else (1, ())
        rows = min(rows, max(1, number))
        if not isinstance(tensor, Plain):
            for start in range(0, number, rows):
                yield tensor.rows(start, min(number, start + rows))
            return
        stored = np.empty((rows, *rest), tensor.dtype.stored)
        wide = stored if raw or stored.dtype == np.float32 else np.empty(stored.shape, np.float32)
        for start in range(0, number, rows):
            count = min(rows, number - start)
            tensor.fill(start * tensor.width, stored[:count].reshape(-1))
            if wide is not stored:
                widen(stored[:count], tensor.dtype, wide[:count])
            yield wide[:count]

    def part(self, part: Part) -> NDArray[np.float32]:
        """A part of a tensor as float32, turned as (out, in).

        Raises:
            DataError: The file cannot be read, or has changed.
        """
        if part.transposed:
            return np.ascontiguousarray(self.read(part.name)[:, part.start : part.stop].T)
        tensor = self.tensor(part.name)
        if not tensor.shape or part.stop - part.start == tensor.shape[0]:
            return self.read(part.name)
        return np.array(tensor.rows(part.start, part.stop), np.float32)

    def weights(
        self, roles: Iterable[str] | None = None, layers: Iterable[int] | None = None
    ) -> dict[tuple[str, int | None], NDArray[np.float32]]:
        """The arrays of roles, whatever their names: matrices as (out, in), fused tensors parted.

        Args:
            roles: Such as ``("q", "up")``; all if left out. Those that are not there are left out; a tied
                head is the embedding only where ``head`` is named.
            layers: Of blocks; all if left out. What is outside blocks (embed, head, …) is not touched by it.

        Returns:
            float32 arrays by ``(role, layer)``; the layer is None outside blocks.

        Raises:
            DataError: A file cannot be read, or has changed.
        """
        wanted = self.layout.roles() if roles is None else tuple(roles)
        kept = None if layers is None else set(layers)
        keys = [
            (role, layer)
            for role, layer in self.layout.parts
            if role in wanted and (layer is None or kept is None or layer in kept)
        ]
        if roles is not None and "head" in wanted and self.layout.tied:
            keys.append(("head", None))
        found = {key: self.layout.tensor(*key) for key in keys}
        return {key: self.part(part) for key, part in found.items() if part is not None}
