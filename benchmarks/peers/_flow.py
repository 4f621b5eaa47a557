"""The flow that people go through on either server: consent, twelve ratings, four sliders, one text."""

from __future__ import annotations

__all__ = ["CONSENT", "RATINGS", "SLIDERS", "TEXT", "TITLE"]

TITLE = "Working together"
CONSENT = (
    "You are invited to a study on working together. It takes two minutes. Nothing is kept that says who you "
    "are, and you can stop at any time by closing the page. Do you take part?"
)
_TRAITS = (
    "does what was agreed",
    "sees things as I do",
    "can be relied on when it matters",
    "says openly what went wrong",
    "knows the task well",
    "keeps the others' aims in mind",
    "takes up proposals of others",
    "shares what it knows",
    "stays with a decision once it is made",
    "weighs risks as I would",
    "treats everybody in the same way",
    "would be my choice for the next task",
)
RATINGS = tuple(f"My teammate {trait}." for trait in _TRAITS)
SLIDERS = tuple(
    f"How sure are you of what you said about {what}?"
    for what in ("reliability", "likeness", "knowledge", "the next task")
)
TEXT = "What should we know about how the two of you worked together?"
