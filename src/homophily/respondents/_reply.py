"""Replies of respondents in this process: answers they know, and words read as strictly as anybody's."""

from __future__ import annotations

import json
from typing import Any

from homophily.asks import Answer
from homophily.items import READ, Choice, Item, Notice, Ranking, Several, Unreadable, Value, Verdict, chosen
from homophily.wording import ruled

__all__ = ["given", "noted", "spoken"]


def given(item: Item, value: Value, *, model: str, words: str = "") -> Answer:
    """An answer that is known, in the words that would have been read as it.

    Args:
        item: What was asked.
        value: As the item would read it.
        model: Recorded as the model that answered.
        words: What explains a verdict.
    """
    if isinstance(item, Choice):
        raw = next(letter for letter, option in item.letters().items() if option.id == value)
    elif isinstance(item, Ranking):
        marks = {option.id: mark for mark, option in item.marks().items()}
        raw = ", ".join(marks[id_] for id_ in chosen(str(value)))
    elif isinstance(item, Several):
        wordings = {option.id: option.text for option in item.options}
        raw = json.dumps([wordings[id_] for id_ in chosen(str(value))], ensure_ascii=False)
    elif isinstance(item, Verdict):
        raw = "\n\n".join(filter(None, (ruled(str(value), item.language), words)))
    else:
        raw = str(value)
    return Answer(value=value, raw=raw, record={"model": model})


def noted(item: Item, *, model: str) -> Answer | None:
    """The answer to a notice, which costs no request; None for every other item."""
    return given(item, READ, model=model) if isinstance(item, Notice) else None


def spoken(item: Item, raw: str, *, model: str, refused: bool = False) -> Answer:
    """Whatever answer words hold, or a missing one with its reason.

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
        return Answer(value=item.read(raw), raw=raw, record=record | item.remarks(raw))
    except Unreadable as error:
        return Answer(missing=error.reason, raw=raw, record=record | {"why": str(error)})
