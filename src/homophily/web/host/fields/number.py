"""A number: typed, or set on a slider that stands nowhere before it is touched."""

from __future__ import annotations

from typing import Any

from homophily.items import Number
from homophily.web.host.fields._form import Form, first

__all__ = ["NumberField"]


class NumberField:
    """Reads and shows a `Number`."""

    @staticmethod
    def entered(item: Number, name: str, form: Form) -> str:
        """The number as typed."""
        return first(form, name)

    @staticmethod
    def shown(item: Number, raw: str) -> dict[str, Any]:
        """The bounds and what stands at them."""
        return {"low": f"{item.low:g}", "high": f"{item.high:g}", "ends": item.ends}
