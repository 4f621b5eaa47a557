"""A choice of several: a box an option, and one for none of them."""

from __future__ import annotations

import json
from typing import Any

from homophily.items import NOTHING, Several
from homophily.web.host.fields._form import Form, listed

__all__ = ["SeveralField"]


class SeveralField:
    """Reads and shows a `Several`."""

    @staticmethod
    def entered(item: Several, name: str, form: Form) -> str:
        """A JSON list of the ids chosen; nothing where no box is marked."""
        chosen = list(form.get(name, ()))
        if not chosen:
            return ""
        return json.dumps([id_ for id_ in chosen if id_ != NOTHING], ensure_ascii=False)

    @staticmethod
    def shown(item: Several, raw: str) -> dict[str, Any]:
        """The options."""
        chosen = listed(raw)
        return {
            "options": [
                {"value": option.id, "text": option.text, "note": option.note, "chosen": option.id in chosen}
                for option in item.options
            ],
            "most": item.most,
            "none": bool(raw) and not chosen,
            "nothing": NOTHING,
        }
