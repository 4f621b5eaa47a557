"""Why an answer is missing."""

from __future__ import annotations

from typing import Literal

__all__ = ["Reason", "Unreadable"]

Reason = Literal["refusal", "empty", "unreadable", "ambiguous", "off_scale", "truncated", "blocked"]
"""Why an answer is missing: the respondent declined; nothing came; no answer in the text; more than one;
outside the scale; cut at the length limit; stopped by the server's content filter."""


class Unreadable(ValueError):
    """Text that holds no answer to the item.

    Attributes:
        reason: Why, in the vocabulary of `Reason`.
    """

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
