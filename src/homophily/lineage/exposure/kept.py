"""Kept: finished curves in a file, so that an audit that was stopped goes on where it was."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from homophily.errors import UsageError
from homophily.lineage.exposure.curve import Point, TensorRow
from homophily.lineage.exposure.part import Part

__all__ = ["Kept", "fingerprint"]


def fingerprint(parts: Sequence[Part]) -> str:
    """A digest of what parts hold: names, weights, the base's, and the prior."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{part.name} {part.victim.shape} {part.sigma!r} {part.stored.name}".encode())
        for values in (part.victim, part.base):
            if values is not None:
                digest.update(values.tobytes())
    return digest.hexdigest()


class Kept:
    """Curves by what they depend on, appended to a file of JSON lines.

    Args:
        path: The file, made with the first curve; nothing is kept without one.
        about: What every curve depends on beside its strategy: checkpoints, probe, noise, versions.
    """

    def __init__(self, path: Path | None = None, about: Any = None) -> None:
        self._path, self._about = path, json.dumps(about, sort_keys=True, default=repr)
        self._found: dict[str, list[Point]] = {}
        if path is not None and path.is_file():
            self._found = dict(_curves(path))

    def of(self, name: str, settings: object, make: Callable[[], list[Point]]) -> list[Point]:
        """The curve kept under a name and settings; made, and kept, if there is none."""
        key = hashlib.sha256(f"{name}\n{settings!r}\n{self._about}".encode()).hexdigest()[:24]
        if key not in self._found:
            self._found[key] = make()
            self._write(key, name, self._found[key])
        return self._found[key]

    def _write(self, key: str, name: str, points: Sequence[Point]) -> None:
        if self._path is None:
            return
        row = {"key": key, "curve": name, "points": [asdict(point) for point in points]}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            raise UsageError(f"{str(self._path)!r} cannot be written: {error.strerror or error}.") from error


def _curves(path: Path) -> list[tuple[str, list[Point]]]:
    """What a file holds; a last line that was cut off is passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error}.") from error
    found = []
    for line in lines:
        try:
            row = json.loads(line)
            found.append((str(row["key"]), [_point(point) for point in row["points"]]))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _point(held: dict[str, Any]) -> Point:
    rows = tuple(TensorRow(**row) for row in held["tensors"])
    return Point(**{**held, "tensors": rows})
