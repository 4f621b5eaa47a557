"""A ranking: a place a list is chosen for each option; with JavaScript, a list to drag or move by keys."""

from __future__ import annotations

import json
from typing import Any

from homophily.items import Ranking
from homophily.web.host.fields._form import Form, first, listed

__all__ = ["RankingField"]


class RankingField:
    """Reads and shows a `Ranking`."""

    @staticmethod
    def entered(item: Ranking, name: str, form: Form) -> str:
        """A JSON list of ids, best first; of places by id while some are missing or given twice."""
        places = {option.id: first(form, f"{name}.{mark}") for mark, option in item.marks().items()}
        if not any(places.values()):
            return ""
        if sorted(places.values()) == sorted(str(place) for place in range(1, len(places) + 1)):
            return json.dumps(sorted(places, key=lambda id_: int(places[id_])), ensure_ascii=False)
        return json.dumps(places, ensure_ascii=False)

    @staticmethod
    def shown(item: Ranking, raw: str) -> dict[str, Any]:
        """The options with the places given so far."""
        order = [str(id_) for id_ in listed(raw)]
        places = {id_: str(place) for place, id_ in enumerate(order, start=1)}
        if raw and not order:
            places = {id_: str(place) for id_, place in json.loads(raw).items()}
        return {
            "options": [
                {"mark": mark, "text": option.text, "note": option.note, "place": places.get(option.id, "")}
                for mark, option in item.marks().items()
            ],
            "places": [str(place) for place in range(1, len(item.options) + 1)],
            "ends": item.ends,
        }
