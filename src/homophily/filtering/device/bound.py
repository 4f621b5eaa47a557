"""How many tokens can be kept at most: known from the settings alone, before anything is computed."""

from __future__ import annotations

from homophily.filtering.threshold import Control

__all__ = ["most_kept"]


def most_kept(tokens: int, control: Control) -> int:
    """The most that any row keeps of `tokens` more, wherever it stands in its blocks.

    The adaptive threshold promises no count of its own, so all of them.
    """
    return tokens
