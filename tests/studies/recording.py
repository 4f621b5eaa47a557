"""A respondent that answers from a script and keeps every ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from homophily.asks import Answer, Ask
from homophily.items import Choice, Likert, Value
from homophily.lab.loading import load_design
from homophily.lab.rehearse import rehearse


def middle(ask: Ask) -> Value | None:
    """The middle of a scale, the first option shown, or words that tell who spoke where."""
    if isinstance(ask.item, Likert):
        return (ask.item.low + ask.item.high) // 2
    if isinstance(ask.item, Choice):
        return ask.item.options[0].id
    return f"<{ask.seat} at {ask.path}>"


class Recorder:
    """Keeps what it is asked; `script` says what it answers, None for a refusal."""

    def __init__(self, script: Callable[[Ask], Value | None] = middle) -> None:
        self.asks: list[Ask] = []
        self.script = script

    async def answer(self, ask: Ask) -> Answer:
        self.asks.append(ask)
        value = self.script(ask)
        return Answer(missing="refusal") if value is None else Answer(value=value, raw=str(value))

    async def aclose(self) -> None:
        return None

    def describe(self) -> dict[str, Any]:
        return {}


def played(name: str, script: Callable[[Ask], Value | None] = middle, **changes: Any) -> Any:
    """A study played with recorders: (study, design, asks, answers)."""
    study, design = load_design(name, {key.replace("__", "."): value for key, value in changes.items()})
    recorder = Recorder(script)
    answers = rehearse(study, design, respondents=dict.fromkeys(design.respondents, recorder))
    return study, design, recorder.asks, answers
