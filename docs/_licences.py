"""Writes the page of third-party licences: what pyproject.toml names, and what the packages say."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

__all__ = ["write"]

_HEAD = """# Third-party licences

Homophily itself is under [Apache-2.0](https://www.apache.org/licenses/LICENSE-2.0). It ships no code, text or
data of others but aggregates of the European Social Survey (`homophily/values/data`, to be cited). It stands
on the packages below, which pip installs beside it; each is named with the licence that it declares.

| package | licence | needed for |
| --- | --- | --- |
"""


def write(project: Path, target: Path) -> None:
    """Write the page.

    Args:
        project: ``pyproject.toml``.
        target: The Markdown file.
    """
    data = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    needed: dict[str, list[str]] = {}
    for extra, listed in {"": data["dependencies"], **data["optional-dependencies"]}.items():
        for requirement in listed:
            name = re.split(r"[\[<>=~!;\s]", requirement)[0].lower()
            if name != "homophily":
                needed.setdefault(name, []).append(f"`{extra}`" if extra else "everything")
    rows = [f"| {name} | {_licence(name)} | {', '.join(uses)} |" for name, uses in sorted(needed.items())]
    text = _HEAD + "\n".join(rows) + "\n"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def _licence(name: str) -> str:
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed where this page was made"
    expression, free = said.get("License-Expression"), said.get("License", "")
    classified = [c.split(" :: ")[-1] for c in said.get_all("Classifier") or () if c.startswith("License ::")]
    if expression:
        return str(expression)
    if free and len(free) < 60 and "\n" not in free:
        return str(free)
    return ", ".join(classified) or "see its package"
