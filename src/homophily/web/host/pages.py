"""Pages: templates filled in, in a participant's language."""

from __future__ import annotations

import base64
from itertools import groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from homophily.web.host.settings import Settings
from homophily.web.host.words import words
from homophily.web.static import Static

__all__ = ["STATIC", "Pages"]

STATIC = Static(
    "homophily.web.host",
    {"host.css": "text/css; charset=utf-8", "host.js": "text/javascript; charset=utf-8"},
)
"""The participants' style and script."""


class Pages:
    """Makes pages.

    Args:
        settings: How the study is hosted.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._templates = Environment(
            loader=PackageLoader("homophily.web.host"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["static"] = STATIC.address
        self._templates.filters["picture"] = _picture
        self._templates.filters["paragraphs"] = _paragraphs

    def title(self, language: str) -> str:
        """What the study is called."""
        return self._settings.title.get(language) or words(language)["study"]

    def page(self, template: str, language: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        """A page in a language.

        Args:
            template: Name of the template, without ``.html``.
            language: ISO 639-1.
            status: Of the reply.
            context: What the template needs beyond what all do.
        """
        text = self._templates.get_template(f"{template}.html").render(
            language=language,
            w=words(language),
            study=self.title(language),
            contact=self._settings.contact,
            preview=self._settings.preview,
            **{"heading": "", "test": False, "inside": False, "error": False, "refresh": 0, **context},
        )
        return HTMLResponse(text, status)

    def message(
        self,
        about: str,
        language: str,
        *,
        status: int = 200,
        link: tuple[str, str] | None = None,
        **context: Any,
    ) -> HTMLResponse:
        """A page that says one thing.

        Args:
            about: Which: a word ``<about>`` with its ``<about>_heading``.
            language: ISO 639-1.
            status: Of the reply.
            link: Where to go from here, and the word for it.
            context: As for `page`.
        """
        said = words(language)
        return self.page(
            "message",
            language,
            status=status,
            heading=said[f"{about}_heading"],
            text=said[about],
            link=link,
            **context,
        )


def _picture(svg: str) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _paragraphs(text: str) -> Markup:
    """Text as paragraphs, apart where a line is empty; lines that begin with a dash are a list."""
    parts: list[Markup] = []
    for part in text.strip().split("\n\n"):
        lines = [line for line in part.strip().split("\n") if line.strip()]
        for listed, group in groupby(lines, lambda line: line.startswith(("- ", "・"))):
            if listed:
                points = Markup("").join(Markup("<li>{}</li>").format(line[1:].strip()) for line in group)
                parts.append(Markup("<ul>{}</ul>").format(points))
            else:
                parts.append(Markup("<p>{}</p>").format(Markup("<br>").join(group)))
    return Markup("\n").join(parts)
