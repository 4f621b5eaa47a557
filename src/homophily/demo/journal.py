"""The journal: what a folder's demonstration has shown so far, so that the same command goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from homophily import __version__
from homophily.demo.part import Check, Part
from homophily.errors import UsageError

__all__ = ["Journal"]


class Journal:
    """Parts shown, in ``demo.json``; those that a tour was stopped before are still to be played.

    Args:
        folder: Of the demonstration.

    Attributes:
        parts: Every part shown in the folder, by name, with its report still there.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "demo.json"
        held = self._held()
        self.parts = {name: part for name, told in held.get("parts", {}).items() if (part := _part(told))}
        self._tour: dict[str, Any] = held.get("tour", {})

    @property
    def left(self) -> Sequence[str]:
        """Names of the tour's parts still to be played."""
        return list(self._tour.get("left") or ())

    def begin(self, names: Sequence[str], *, seed: int | None, quick: bool) -> None:
        """Begin a tour, or go on with it where it was stopped.

        Args:
            names: Of the tour's parts.
            seed: Its seed.
            quick: Whether its parts are the smaller ones.
        """
        same = {"names": list(names), "seed": seed, "quick": quick, "version": __version__}
        left = self.left or list(names)
        if {**self._tour, "left": None} != {**same, "left": None}:
            left = list(names)
        left = [name for name in names if name in left or name not in self.parts]
        self._tour = {**same, "left": left}
        self._keep()

    def add(self, part: Part) -> None:
        """Keep a part that was played."""
        self.parts[part.name] = part
        self._tour["left"] = [name for name in self._tour["left"] if name != part.name]
        self._keep()

    def _keep(self) -> None:
        told = {"tour": self._tour, "parts": {name: asdict(part) for name, part in self.parts.items()}}
        half = self._file.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps(told, ensure_ascii=False, indent=2, default=str), encoding="utf-8")
            half.replace(self._file)
        except OSError as error:
            raise UsageError(f"{str(self._file)!r} cannot be written: {error.strerror}.") from error

    def _held(self) -> dict[str, Any]:
        try:
            held = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}  # it only saves time: everything is played again from what was recorded
        return held if isinstance(held, dict) else {}


def _part(told: dict[str, Any]) -> Part | None:
    """A part as it was kept; None where it was not played, its report is gone, or another version kept it."""
    try:
        checks = tuple(Check(**check) for check in told["checks"])
        part = Part(**{**told, "checks": checks, "report": Path(told["report"])})
    except (KeyError, TypeError):
        return None
    return part if part.report is not None and part.report.is_file() else None
