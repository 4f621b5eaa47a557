"""The reference page of design files, written from the schemas themselves."""

from __future__ import annotations

import json
from typing import Any

from homophily import catalogue
from homophily.lab.loading import keys

__all__ = ["page"]

_HEAD = """\
# Design files

A design file is TOML. `study` names the study; every other key has a default, so a design states only what it
changes. `homophily run FILE --dry-run` shows what a design will do, and `--set KEY=VALUE` changes a key from
the command line. A key with a dot belongs to a table: `pairs.n` is `n` under `[pairs]`.

A run's folder keeps the effective design, defaults filled in, as `design.json`; a run is named by a hash of
it, so the same design goes on with the same run. The budget is no part of the hash.

*This page is written from the schemas by `python -m homophily.lab.reference`.*
"""
_RESPONDENTS = """\
## Respondents

Each `[respondents.NAME]` states a `kind` and that kind's settings. Without any, the one respondent is
`synthetic`.
"""


def page() -> str:
    """The page in Markdown: every key of every study's design, then every kind of respondent's settings."""
    parts = [_HEAD]
    for name in catalogue.names("studies"):
        study = catalogue.get("studies", name)
        parts.append(f"## Study `{name}`\n\n{_summary('studies', name)}\n\n{_table(keys(study.design))}")
    parts.append(_RESPONDENTS)
    for kind in catalogue.names("respondents"):
        model = catalogue.get("respondents", kind)
        parts.append(f'### `kind = "{kind}"`\n\n{_summary("respondents", kind)}\n\n{_table(keys(model))}')
    for shelf, title in (
        ("personas", "Persona designs"),
        ("values.profiles", "Profile generators"),
        ("values.similarity", "Similarity measures"),
    ):
        lines = [f"- `{name}`: {line}" for name, line in catalogue.describe(shelf).items()]
        parts.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _summary(shelf: str, name: str) -> str:
    return catalogue.describe(shelf)[name]


def _table(rows: list[dict[str, Any]]) -> str:
    lines = ["| key | type | default | meaning |", "| --- | --- | --- | --- |", *map(_row, rows)]
    return "\n".join(lines) + "\n" if rows else "No settings.\n"


def _row(row: dict[str, Any]) -> str:
    cells = f"`{row['key']}`", row["type"], _default(row), " ".join(row["meaning"].split())
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _default(row: dict[str, Any]) -> str:
    if row["required"]:
        return "*required*"
    if row["default"] in (None, {}):
        return "none"
    return f"`{json.dumps(row['default'], ensure_ascii=False)}`"


if __name__ == "__main__":
    print(page(), end="")
