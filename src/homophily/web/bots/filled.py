"""Fields filled in: an answer as a form sends it."""

from __future__ import annotations

from homophily.asks import Answer
from homophily.items import NOTHING, Choice, Item, Notice, Ranking, Several, Verdict, chosen

__all__ = ["filled"]


def filled(item: Item, answer: Answer, name: str) -> dict[str, str | list[str]]:
    """What the fields of an item hold for an answer; a missing one is said in words, or skipped.

    Args:
        item: What is asked.
        answer: What is answered.
        name: Of its field, ``f<n>``.
    """
    if isinstance(item, Notice):
        return {}
    if answer.value is None:
        return {name: answer.raw} if item.kind == "text" else {f"{name}.skip": "1"}
    value = answer.value
    if isinstance(item, Choice):
        return {name: next(mark for mark, option in item.letters().items() if option.id == value)}
    if isinstance(item, Ranking):
        order, marks = chosen(str(value)), item.marks()
        return {f"{name}.{mark}": str(order.index(option.id) + 1) for mark, option in marks.items()}
    if isinstance(item, Several):
        return {name: list(chosen(str(value))) or [NOTHING]}
    if isinstance(item, Verdict):
        return {name: str(value), f"{name}.why": item.explanation(answer.raw)}
    return {name: f"{value:g}" if isinstance(value, float) else str(value)}
