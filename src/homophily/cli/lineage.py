"""The group ``lineage``: commands about the weights of models; a bare path is audited."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from homophily.cli._app import app, examples

__all__ = ["lineage"]


class _AuditByDefault(TyperGroup):
    """Takes ``lineage A B`` and ``lineage DIR`` for ``lineage audit …``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands and "audit" in self.commands:
            args = ["audit", *args]
        return super().resolve_command(ctx, args)


lineage = typer.Typer(
    cls=_AuditByDefault,
    help="Weights of models: how similar, whose child, and what a leak would reveal.",
    epilog=examples("homophily lineage ./ours ./theirs", "homophily lineage ./folder-of-models"),
    no_args_is_help=True,
)
app.add_typer(lineage, name="lineage")
