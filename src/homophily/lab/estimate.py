"""Estimates of tokens before anything is sent."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Range", "answer_tokens", "request_tokens", "text_tokens"]

#: Characters of Chinese, Japanese and Korean writing, full-width forms among them.
_CJK = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
#: What a chat message costs beside its words.
_FRAME = 4


@dataclass(frozen=True, slots=True)
class Range:
    """A quantity known within bounds."""

    low: float = 0.0
    high: float = 0.0

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __mul__(self, factor: float) -> Range:
        return Range(self.low * factor, self.high * factor)


def text_tokens(text: str) -> Range:
    """Tokens of a text, by its script.

    A character of Chinese, Japanese or Korean writing counts .6 to 1.2 tokens, any other 1/6 to 1/3. A
    rule of thumb, wide enough for large new vocabularies (low) and small old ones (high); the run counts what
    the server counts.
    """
    wide = len(_CJK.findall(text))
    narrow = len(text) - wide
    return Range(0.6 * wide + narrow / 6, 1.2 * wide + narrow / 3)


def request_tokens(body: Mapping[str, Any]) -> Range:
    """Tokens read for a chat request; the answer's schema counts in the upper bound only."""
    total = Range()
    for message in body.get("messages", ()):
        total += text_tokens(str(message["content"])) + Range(_FRAME, _FRAME)
    schema = body.get("response_format")
    return total + Range(0, text_tokens(json.dumps(schema)).high if schema else 0)


def answer_tokens(expected: str, limit: int, *, closed: bool) -> Range:
    """Tokens written for an answer.

    Args:
        expected: An answer of usual length.
        limit: The ask's limit.
        closed: Whether the item has a number or a letter for an answer: 1 to 12 tokens, plain or as JSON.
    """
    usual = Range(1, 12) if closed else text_tokens(expected)
    # Who is asked for one to three sentences may well say more.
    return Range(min(limit, usual.low), min(limit, usual.high * (1 if closed else 2)))
