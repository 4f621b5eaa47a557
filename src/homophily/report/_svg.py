"""Figures as SVG that can stand in a page: text as text, ids apart, themed colours."""

from __future__ import annotations

import io
import re
import warnings
from html import escape
from typing import TYPE_CHECKING

from homophily.report import _style as style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["inline"]

_FAMILY = re.compile(r"(font(?:-family)?: [^;\"]*?)'?DejaVu Sans'?")


def inline(figure: Figure, *, name: str, title: str, description: str) -> str:
    """A figure as one ``<svg>`` element for an HTML page.

    Args:
        figure: Drawn within `style.style()`.
        name: Unique in the page; prefixed to every id within.
        title: What a screen reader says first.
        description: The figure's message in a sentence.
    """
    bytes_ = io.BytesIO()
    with warnings.catch_warnings():
        # Only sizes are taken from matplotlib's fonts; the browser draws the text in its own.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from font")
        figure.savefig(bytes_, format="svg", metadata={"Date": None, "Creator": None})
    svg = bytes_.getvalue().decode("utf-8")
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<=\sid=")|(?<=xlink:href="#)|(?<=url\(#)', f"{name}-", svg)
    svg = _FAMILY.sub(r"\1var(--sans)", svg)
    for ink, variable in style.THEME.items():
        svg = svg.replace(ink, f"var({variable})")
    head, body = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', head)
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'{box.group() if box else ""} role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    )
    return start + body.strip()
