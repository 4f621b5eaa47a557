"""An instrument without its words: its key alone, which scores answers as the whole does."""

from __future__ import annotations

from typing import Any

from homophily.instruments.instrument import Instrument

__all__ = ["keyed"]


def keyed(instrument: Instrument) -> dict[str, Any]:
    """The instrument as its file's fields, every wording replaced by the id of what it words.

    Scales, turned items, options, checks and sources stay, so that `homophily.instruments.load` takes it and
    scores are the same. For instruments whose wording may not be passed on.
    """
    data = instrument.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    data["title"] = dict.fromkeys(instrument.title, instrument.name)
    given = "".join(f" {{{name}}}" for name in instrument.placeholders)
    data.pop("instruction", None)
    data.get("scale", {}).pop("labels", None)
    for item in data["items"]:
        item["text"] = {language: f"{item['id']}{given}" for language in instrument.languages}
        for option in item.get("options", ()):
            key = option.get("id") or option["measures"]
            option["text"] = dict.fromkeys(option["text"], key)
    return data
