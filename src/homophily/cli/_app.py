"""The application that groups of commands join."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

__all__ = ["EXIT_CODES", "app", "examples"]

#: What a script may rely on; drawn in `homophily.errors`.
EXIT_CODES = {
    0: "done",
    1: "a fault of Homophily itself; the traceback is kept in a file the message names",
    2: "a wrong word: unknown name, setting out of range, file that does not fit its schema",
    3: "a file or store that cannot be read as what it claims to be",
    4: "a respondent cannot be reached or refuses to serve; run again to go on",
    5: "the budget is spent; run again with a larger one to go on",
    70: "a fault of a study's protocol",
    130: "stopped by Ctrl-C; run again to go on",
}


def examples(*lines: str) -> str:
    """The examples under a command's help."""
    return "\n".join(("Examples:", *(f"  [bold]{escape(line)}[/bold]" for line in lines)))


_EPILOG = "\n\n".join(
    (
        examples(
            "homophily demo",
            "homophily run dyads --languages en,ja",
            "homophily run my-design.toml --dry-run",
        ),
        "\n".join(
            ("Exit codes:", *(f"  [bold]{code:>3}[/bold]  {meaning}" for code, meaning in EXIT_CODES.items()))
        ),
    )
)

app = typer.Typer(
    name="homophily",
    help="A laboratory for value similarity: how alike are two agents, and what follows?",
    epilog=_EPILOG,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from homophily import __version__

        typer.echo(f"homophily {__version__}")
        raise typer.Exit


@app.callback()
def _front(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A laboratory for value similarity: how alike are two agents, and what follows?"""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
