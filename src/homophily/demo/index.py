"""The index page of the demonstration: every part with what was planted, what was found, and its report."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from homophily import __version__
from homophily.demo.part import Part, table
from homophily.errors import UsageError

__all__ = ["write"]


def write(parts: Sequence[Part], path: Path) -> Path:
    """Write the page, with links to the reports beside it.

    Args:
        parts: In their order.
        path: The HTML file.

    Raises:
        UsageError: The file cannot be written.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    css = files("homophily.report").joinpath("page", "style.css").read_text(encoding="utf-8")
    page = Environment(
        loader=PackageLoader("homophily.demo", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    links = [os.path.relpath(part.report, path.parent) if part.report else "" for part in parts]
    text = page.get_template("index.html").render(
        version=__version__,
        css=Markup(css),
        parts=list(zip(parts, links, strict=True)),
        tables={part.name: table(part.checks) for part in parts},
        known=sum(part.known for part in parts),
        right=sum(part.right for part in parts),
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"the page {str(path)!r} cannot be written: {error.strerror}.") from error
    return path
