"""A page of results apart from any run: one HTML file, or one of Markdown, saying the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from homophily import __version__
from homophily.report.tables import Table

__all__ = ["Section", "markdown", "page", "planted_first"]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page.

    Attributes:
        title: Its heading.
        text: A sentence or two before the figure.
        tables: After the figure.
        svg: The figure as an ``<svg>`` element; empty for none.
        caption: Below the figure.
    """

    title: str
    text: str
    tables: Sequence[Table]
    svg: str = ""
    caption: str = ""

    @property
    def anchor(self) -> str:
        """Its place in the page."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower())


def planted_first(table: Table | None) -> list[Section]:
    """The section of what was planted and found, where something was."""
    told = "What was put in is known beforehand. This is what was found of it."
    return [Section("Planted and found", told, [table])] if table is not None else []


def page(kicker: str, title: str, lede: str, facts: Mapping[str, str], sections: Sequence[Section]) -> str:
    """The page as one HTML text that needs nothing beside it; `kicker` names the part of the laboratory."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("homophily.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    css = files("homophily.report").joinpath("page", "style.css").read_text(encoding="utf-8")
    return environment.get_template("article.html").render(
        version=__version__,
        css=Markup(css),
        kicker=kicker,
        title=title,
        lede=lede,
        facts=facts,
        sections=sections,
        markup=Markup,
    )


def markdown(
    title: str, lede: str, facts: Mapping[str, str], sections: Sequence[Section], *, figure: str = ""
) -> str:
    """The page as Markdown; `figure` is the file that the first section shows."""
    parts = [f"# {title}", lede]
    parts.append("\n".join(("| | |", "| --- | --- |", *(f"| {k} | {v} |" for k, v in facts.items()))))
    for place, section in enumerate(sections):
        parts += [f"## {section.title}", section.text]
        if figure and place == 0:
            parts.append(f"![{section.caption}]({figure})")
        parts += [_table(table) for table in section.tables]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(table: Table) -> str:
    lines = [f"**{table.caption}**\n"] if table.caption else []
    lines.append("| " + " | ".join(head.text for head in table.heads) + " |")
    lines.append("| " + " | ".join("---:" if head.number else "---" for head in table.heads) + " |")
    lines += ["| " + " | ".join(cell.text.replace("|", "\\|") for cell in row) + " |" for row in table.rows]
    return "\n".join(lines)
