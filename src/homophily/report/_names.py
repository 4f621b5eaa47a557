"""Long names in figures: broken where they may be, never cut without a sign."""

from __future__ import annotations

import re
from textwrap import wrap

__all__ = ["broken", "shortened"]

_BREAKS = re.compile(r"(?<=[>+,;/ ])|(?=[−(])")


def broken(text: str, width: int, lines: int = 3) -> str:
    """A name over several lines, broken after spaces and joining signs; the rest ends in an ellipsis."""
    found, line = [], ""
    for part in (piece for piece in _BREAKS.split(text) if piece):
        if line and len(line + part.rstrip()) > width:
            found.append(line.strip())
            line = part
        else:
            line += part
    found.append(line.strip())
    found = [piece for line in found for piece in (wrap(line, width) if len(line) > width + 6 else [line])]
    return "\n".join([*found[: lines - 1], shortened(" ".join(found[lines - 1 :]), width + 6)]).strip()


def shortened(text: str, width: int) -> str:
    """A name in so many letters at most."""
    return text if len(text) <= width else text[: width - 1] + "…"
