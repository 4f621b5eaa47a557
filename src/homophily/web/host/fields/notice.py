"""A notice: read, and answered by going on."""

from __future__ import annotations

from typing import Any

from homophily.items import READ, Notice
from homophily.web.host.fields._form import Form

__all__ = ["NoticeField"]


class NoticeField:
    """Shows a `Notice`."""

    @staticmethod
    def entered(item: Notice, name: str, form: Form) -> str:
        """Going on is the answer."""
        return READ

    @staticmethod
    def shown(item: Notice, raw: str) -> dict[str, Any]:
        """Nothing beside the text itself."""
        return {}
