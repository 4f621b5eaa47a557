"""The reference of the command line, written from the commands themselves.

python -m homophily.cli.reference > docs/reference/cli.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Any

import typer

from homophily.cli import _main  # noqa: F401 - the commands join the application
from homophily.cli._app import EXIT_CODES, app

__all__ = ["page"]

_HEAD = """# The command line

Every command prints its data on stdout and all else on stderr, explains itself with `--help`, and, where it
prints data, takes `--json`. `homophily --install-completion` teaches your shell the commands and studies.

This page is written from the commands: `python -m homophily.cli.reference > docs/reference/cli.md`.
"""

_TAIL = """## Environment

| variable | meaning |
| --- | --- |
| `HOMOPHILY_TRACEBACK=1` | show the traceback of a fault instead of keeping it in a file |
| the `key_env` of a respondent | the key of its endpoint; keys are never read from files, never written |
"""


def page() -> str:
    """The reference as Markdown."""
    commands = "\n".join(part for name, command in _commands() for part in _command(name, command))
    codes = "\n".join(f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())
    return f"{_HEAD}\n{commands}\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n{codes}\n\n{_TAIL}"


def _commands() -> Iterator[tuple[str, Any]]:
    front: Any = typer.main.get_command(app)
    for name, command in sorted(front.commands.items()):
        yield name, command
        for inner, part in sorted(getattr(command, "commands", {}).items()):
            yield f"{name} {inner}", part


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## homophily {name}\n"
    yield " ".join(str(command.help).split()) + "\n"
    rows = [row for parameter in command.params if (row := _row(parameter))]
    if rows:
        yield "| argument or option | meaning | default |\n| --- | --- | --- |"
        yield "\n".join(rows) + "\n"
    if command.epilog:
        lines = re.sub(r"\\?\[/?bold\]", "", command.epilog).replace("\\[", "[").splitlines()
        yield "\n".join(("```bash", *(line.strip() for line in lines[1:]), "```")) + "\n"


def _row(parameter: Any) -> str:
    if parameter.name == "help" or getattr(parameter, "hidden", False):
        return ""
    value = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "argument":
        told = f"`{value}`"
    else:
        flag = getattr(parameter, "is_flag", False)
        told = ", ".join(f"`{option}`" for option in parameter.opts) + ("" if flag else f" `{value}`")
    default = parameter.default
    shown = f"`{default}`" if isinstance(default, str | int | float | PurePath) and default else ""
    told = told.replace("|", "\\|")
    return f"| {told} | {' '.join(str(parameter.help or '').split())} | {shown} |"


if __name__ == "__main__":
    print(page(), end="")
