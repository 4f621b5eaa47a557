"""A rating scale: a button a point; drawn circles where closeness is asked for."""

from __future__ import annotations

from typing import Any

from homophily.items import Likert
from homophily.web.host._circles import pairs
from homophily.web.host.fields._form import Form, first

__all__ = ["LikertField"]


class LikertField:
    """Reads and shows a `Likert`."""

    @staticmethod
    def entered(item: Likert, name: str, form: Form) -> str:
        """The point chosen."""
        return first(form, name)

    @staticmethod
    def shown(item: Likert, raw: str) -> dict[str, Any]:
        """The points with their labels, and for circles what is drawn."""
        points = range(item.low, item.high + 1)
        labels = [item.labels.get(point, "") for point in points]
        ends = bool(labels[0] and labels[-1]) and not any(labels[1:-1]) and len(labels) > 2
        drawn = item.measures.split(".")[0] == "circles"
        return {
            "points": [
                {"value": point, "label": label, "chosen": raw == str(point)}
                for point, label in zip(points, labels, strict=True)
            ],
            "worded": all(labels),
            "ends": (labels[0], labels[-1]) if ends else (),
            "circles": pairs(item.high - item.low + 1) if drawn else (),
        }
