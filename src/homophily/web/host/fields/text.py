"""Free text: a box to write in."""

from __future__ import annotations

from typing import Any

from homophily.items import Text
from homophily.web.host.fields._form import Form, first

__all__ = ["TextField"]


class TextField:
    """Reads and shows a `Text`."""

    @staticmethod
    def entered(item: Text, name: str, form: Form) -> str:
        """The text."""
        return first(form, name)

    @staticmethod
    def shown(item: Text, raw: str) -> dict[str, Any]:
        """Nothing beside the text itself."""
        return {}
