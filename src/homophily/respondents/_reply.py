"""Replies of respondents in this process: their words, read as strictly as anybody's."""

from __future__ import annotations

from typing import Any

from homophily.asks import Answer
from homophily.items import Item, Unreadable

__all__ = ["reply"]


def reply(item: Item, raw: str, *, model: str, refused: bool = False) -> Answer:
    """The answer that `raw` holds, or a missing one with its reason.

    Args:
        item: What was asked.
        raw: The respondent's words.
        model: Recorded as the model that answered.
        refused: Whether the respondent says that these words decline to answer.
    """
    record: dict[str, Any] = {"model": model}
    if refused:
        return Answer(missing="refusal", raw=raw, record=record)
    try:
        return Answer(value=item.read(raw), raw=raw, record=record)
    except Unreadable as error:
        return Answer(missing=error.reason, raw=raw, record=record | {"why": str(error)})
