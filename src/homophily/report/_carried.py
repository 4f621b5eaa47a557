"""What an archive carries of the user's own files, so that it gives its numbers anywhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.lab.beside import FOLDER, INDEX

if TYPE_CHECKING:
    from homophily.lab.design import Design

__all__ = ["carry"]

_DATA = (".toml", ".json", ".jsonl", ".csv", ".tsv", ".parquet")


def carry(design: Design, folder: Path, *, wordings: bool) -> tuple[str, ...]:
    """Copy every file that a design names into an archive's folder, with a list of which is which.

    Instruments go without their words, unless `wordings`; of a table of people's values only the values.

    Returns:
        The names of the instruments whose words stay at home.
    """
    forms = {name for shelf, name in design.uses() if shelf == "instruments"}
    index: dict[str, str] = {}
    hidden: set[str] = set()
    for key, value in _strings(design.model_dump(mode="json")):
        source = Path(value)
        if value in index or source.suffix.lower() not in _DATA or not source.is_file():
            continue
        (folder / FOLDER).mkdir(exist_ok=True)
        target = _free(folder / FOLDER / source.name)
        if value in forms and not wordings:
            target, name = _key_alone(source, target)
            hidden.add(name)
        elif key.endswith("profiles.options.path"):
            target = _values_alone(source, target)
        else:
            shutil.copyfile(source, target)
        index[value] = target.name
    if index:
        text = json.dumps(index, indent=2, ensure_ascii=False) + "\n"
        (folder / FOLDER / INDEX).write_text(text, encoding="utf-8")
    return tuple(sorted(hidden))


def _key_alone(source: Path, target: Path) -> tuple[Path, str]:
    from homophily import instruments
    from homophily.instruments.keyed import keyed

    whole, made = instruments.load(source), _free(target.with_suffix(".json"))
    made.write_text(json.dumps(keyed(whole), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return made, whole.name


def _values_alone(source: Path, target: Path) -> Path:
    from homophily.values import CODES, tablefile

    found, made = tablefile.read(source), _free(target.with_suffix(".csv"))
    found[[code if code in found else f"raw_{code}" for code in CODES]].to_csv(made, index=False)
    return made


def _free(path: Path) -> Path:
    """The path, or the next to it that nothing has."""
    number, free = 1, path
    while free.exists() or free.name == INDEX:
        number, free = number + 1, path.with_stem(f"{path.stem}-{number + 1}")
    return free


def _strings(part: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            yield from _strings(value, f"{path}.{key}" if path else str(key))
    elif isinstance(part, list):
        for value in part:
            yield from _strings(value, path)
    elif isinstance(part, str) and part:
        yield path, part
