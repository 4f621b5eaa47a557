"""Notices: something to read before going on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily.items._item import Item, answer
from homophily.reading import Unreadable

__all__ = ["READ", "Notice"]

READ = "read"
"""The answer to a `Notice`: it was shown, and its reader went on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Item):
    """Something to read: a briefing, an introduction, a debriefing. Going on is the answer.

    A model is not asked: what it should know of a notice stands in the history of the asks that follow.
    """

    kind: ClassVar[str] = "notice"

    def schema(self) -> dict[str, Any]:
        """JSON schema: the one word ``read``."""
        return answer({"type": "string", "enum": [READ]})

    def read(self, raw: str) -> str:
        """``read``, where `raw` says so.

        Raises:
            Unreadable: It says anything else.
        """
        if raw.strip().casefold() != READ:
            raise Unreadable("unreadable", f"a notice is answered {READ!r}, not {raw[:80]!r}")
        return READ
