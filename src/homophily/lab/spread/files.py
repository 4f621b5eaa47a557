"""Files: what a run needs besides its design, sent to the workers and laid out there as it lay here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from homophily.errors import UsageError

__all__ = ["Files", "gather", "secrets"]

#: Kinds of file that are taken along from beside a study's Python file.
BESIDE = (".csv", ".json", ".jsonl", ".md", ".py", ".toml", ".txt")
MOST = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Files:
    """Contents by absolute path, and the folder that relative names are of.

    Attributes:
        here: The working folder.
        source: The study's name, or its Python file.
        contents: By absolute path.
    """

    here: str
    source: str
    contents: Mapping[str, bytes] = field(repr=False)

    def lay_out(self, root: Path) -> tuple[Path, str]:
        """Write all files below a folder, each under its whole path, so that ``..`` leads where it did.

        Returns:
            The working folder and the study's source there.
        """
        for path, content in self.contents.items():
            target = _below(root, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        here = _below(root, self.here)
        here.mkdir(parents=True, exist_ok=True)
        return here, str(_below(root, self.source)) if self.source in self.contents else self.source


def gather(source: str, design: Mapping[str, Any]) -> Files:
    """The files that a study and its design name.

    These are every file that a text in the design names, relative to the working folder (what is named by its
    whole path, or is a folder, must be found under that name on every machine), and, for a study in a Python
    file of its own, that file and the texts beside it.

    Raises:
        UsageError: They are more than 256 MB together, or one cannot be read.
    """
    here = Path.cwd()
    named = {Path(os.path.abspath(text)) for text in _texts(design) if _is_file(text)}
    try:
        if source.endswith(".py"):
            beside = Path(source).absolute().parent.iterdir()
            named |= {p for p in beside if p.suffix in BESIDE and p.is_file() and not p.name.startswith(".")}
        total = sum(path.stat().st_size for path in named)
        if total > MOST:
            largest = max(named, key=lambda path: path.stat().st_size)
            raise UsageError(
                f"the files that the run's workers need take {total / 2**20:.0f} MB, the largest being "
                f"{str(largest)!r}. Name large files by their whole path, on a disk that every machine has."
            )
        contents = {str(path): path.read_bytes() for path in sorted(named)}
    except OSError as error:
        raise UsageError(f"a file that the run's workers need cannot be read: {error}.") from error
    return Files(str(here), str(Path(source).absolute()) if source.endswith(".py") else source, contents)


def secrets(design: Mapping[str, Any]) -> dict[str, str]:
    """The environment that workers need: what respondents name as `key_env`, and PostgreSQL's variables."""
    named = {str(settings.get("key_env") or "") for settings in design.get("respondents", {}).values()}
    return {name: value for name, value in os.environ.items() if name in named or name.startswith("PG")}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts(inner)


def _is_file(text: str) -> bool:
    if not text or len(text) > 1024 or "\n" in text or os.path.isabs(text):
        return False
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def _below(root: Path, path: str) -> Path:
    return root.joinpath(*Path(path).parts[1:])
