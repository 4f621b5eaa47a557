"""The group ``lineage``: commands about the weights of models; a bare path is audited."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from homophily.cli._app import app, examples

__all__ = ["lineage"]


class _AuditByDefault(TyperGroup):
    """Takes ``lineage A B`` and ``lineage DIR`` for ``lineage audit …``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        word = args[0] if args else ""
        mistyped = not Path(word).exists() and get_close_matches(word, self.commands)
        if word and not word.startswith("-") and word not in self.commands and not mistyped:
            args = ["audit", *args]
        return super().resolve_command(ctx, args)


lineage = typer.Typer(
    cls=_AuditByDefault,
    help="Weights of models: how similar, whose child, and what a leak would reveal.",
    epilog=examples("homophily lineage ./ours ./theirs", "homophily lineage ./folder-of-models"),
    no_args_is_help=True,
)
app.add_typer(lineage, name="lineage")
