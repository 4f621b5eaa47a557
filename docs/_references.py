"""Writes the page of references: every published source, and what of the code names it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

from homophily import catalogue, instruments
from homophily.references import OWN, Reference, apa, known, named_within
from homophily.values.taxonomy import taxonomies, taxonomy

__all__ = ["write"]

_HEAD = """# References

Every published source that a method, an instrument, an analysis, a descent test, a filtering rule or the
software rests on, and what names it. `homophily cite RUN` prints exactly those that a run used, in BibTeX;
`homophily cite everything` prints all of them. What is not named here is the project's own, and says so in
the code (`__references__ = ("own",)`).

A reference that is wrong? The entries are in `src/homophily/references/data`.

"""


def write(target: Path) -> None:
    """Write the page.

    Args:
        target: The Markdown file.
    """
    users = _users()
    lines = [
        f"- {_linked(apa(reference))}<br>`{key}`: {', '.join(users[key])}"
        for key, reference in sorted(known().items(), key=lambda item: apa(item[1]).casefold())
    ]
    text = _HEAD + "\n".join(lines) + "\n"
    if not target.is_file() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def _linked(line: str) -> str:
    return re.sub(r"(https://\S+)", r"<\1>", line)


def _users() -> dict[str, list[str]]:
    """Who names each key, in words."""
    users: defaultdict[str, list[str]] = defaultdict(list)
    users["homophily"].append("every report")

    def add(who: str, keys: tuple[str | Reference, ...]) -> None:
        for key in keys:
            if isinstance(key, str) and key != OWN:
                users[key].append(who)

    for module, keys in named_within().items():
        add(f"`{module}`", keys)
    for name in instruments.names():
        add(f"instrument `{name}`", instruments.load(name).references)
    for name in taxonomies():
        add(f"list of values `{name}`", taxonomy(name).references)
    for name in catalogue.names("studies"):
        add(f"study `{name}`", catalogue.get("studies", name).references)
    return users
