"""The edge of the program: errors become one line and an exit code."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from typer.exceptions import TyperException

from homophily.cli import (  # noqa: F401 - each adds its commands
    asking,
    auditing,
    bots,
    catalogues,
    citing,
    comparing,
    debating,
    demo,
    dilemmas,
    filtering,
    freezing,
    hosting,
    lineage,
    lineage_agree,
    lineage_audit,
    lineage_compare,
    lineage_exposure,
    lineage_trace,
    planning,
    results,
    running,
    serving,
    teammates,
)
from homophily.cli._app import app
from homophily.errors import HomophilyError

__all__ = ["main"]

#: The order of `homophily --help`: as a study goes, then what stands beside it.
_ORDER = (
    "demo",
    "plan",
    "run",
    "host",
    "bots",
    "resume",
    "status",
    "analyse",
    "report",
    "compare",
    "export",
    "archive",
    "cite",
    "power",
    "score",
    "models",
    "serve",
)


def main(arguments: list[str] | None = None) -> None:
    """Run one command and leave with its exit code.

    Errors a user can mend print as one line on stderr. Anything else is a fault of ours: its traceback goes
    to a file, or to stderr where ``HOMOPHILY_TRACEBACK=1``.
    """
    try:
        code = app(arguments, prog_name="homophily", standalone_mode=False)
    except HomophilyError as error:
        code = _say(str(error), error.exit_code)
    except TyperException as error:
        hint = f" Try: homophily {_command(error)}--help" if error.exit_code == 2 else ""
        code = _say(error.format_message() + hint, error.exit_code)
    except KeyboardInterrupt:
        code = _say("stopped by Ctrl-C; what was answered is kept, the same command goes on.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _say(_fault(error), 1)
    sys.exit(code if isinstance(code, int) else 0)


def _say(message: str, code: int) -> int:
    line = message if message.startswith("stopped") else f"error: {message}"
    print(" ".join(line.split()), file=sys.stderr)
    return code


def _command(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None and context.parent is not None else ""
    return f"{path.partition(' ')[2]} " if path else ""


def _fault(error: Exception) -> str:
    text = "".join(traceback.format_exception(error))
    if os.environ.get("HOMOPHILY_TRACEBACK") == "1":
        print(text, file=sys.stderr)
        where = "above"
    else:
        handle, name = tempfile.mkstemp(prefix="homophily-", suffix=".txt", text=True)
        os.close(handle)
        Path(name).write_text(text, encoding="utf-8")
        where = f"in {name}"
    return f"unexpected {type(error).__name__}: {error} (traceback {where}; please report it with that text)"


def _place(command: Any) -> int:
    name = command.name or command.callback.__name__
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


app.registered_commands.sort(key=_place)
