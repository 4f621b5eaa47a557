"""Files beside a run: those of the user's own that its design names, where an archive carries them along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homophily.errors import DataError

__all__ = ["FOLDER", "INDEX", "resolved"]

#: Where an archive keeps them, and which setting stands for which.
FOLDER, INDEX = "files", "index.json"


def resolved(design: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A run's design with the files that it names taken from the run's own folder, where they lie there.

    Raises:
        DataError: The list of these files cannot be read.
    """
    index = folder / FOLDER / INDEX
    if not index.is_file():
        return dict(design)
    try:
        held = json.loads(index.read_text(encoding="utf-8"))
        found: dict[str, Any] = _placed(design, {name: str(folder / FOLDER / held[name]) for name in held})
    except (OSError, ValueError, TypeError) as error:
        raise DataError(f"{str(index)!r} cannot be read ({error}). Restore it from the archive.") from None
    return found


def _placed(part: Any, places: Mapping[str, str]) -> Any:
    if isinstance(part, Mapping):
        return {key: _placed(value, places) for key, value in part.items()}
    if isinstance(part, list):
        return [_placed(value, places) for value in part]
    return places.get(part, part) if isinstance(part, str) else part
