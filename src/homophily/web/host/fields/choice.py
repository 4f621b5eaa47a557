"""A forced choice: a button an option."""

from __future__ import annotations

from typing import Any

from homophily.items import Choice
from homophily.web.host.fields._form import Form, first

__all__ = ["ChoiceField"]


class ChoiceField:
    """Reads and shows a `Choice`."""

    @staticmethod
    def entered(item: Choice, name: str, form: Form) -> str:
        """The letter chosen."""
        return first(form, name)

    @staticmethod
    def shown(item: Choice, raw: str) -> dict[str, Any]:
        """The options."""
        return {
            "options": [
                {"value": letter, "text": option.text, "note": option.note, "chosen": raw == letter}
                for letter, option in item.letters().items()
            ]
        }
