"""Words: tokens become text as they come, and a stop string ends it wherever token borders fall."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["Words"]


class Words:
    """One text in the making.

    Args:
        tokenizer: A Hugging Face tokenizer.
        stops: Strings that end the text and are no part of it.
        lead: White space before the first words, which is no part of the text.
    """

    def __init__(self, tokenizer: Any, stops: Sequence[str] = (), lead: str = "") -> None:
        self._tokenizer = tokenizer
        self._stops = tuple(stops)
        self._lead = lead
        self._ids: list[int] = []
        self._from = self._read = 0
        self._text = ""
        self._told = 0
        self.stopped = False

    @property
    def text(self) -> str:
        """All words so far that are certain to stay."""
        return self._text[: self._told]

    def add(self, token: int) -> str:
        """Take one more token; returns the new words that are certain to stay, often none."""
        self._ids.append(token)
        before = self._decode(self._ids[self._from : self._read])
        now = self._decode(self._ids[self._from :])
        if now.endswith("\ufffd"):  # part of a character
            return ""
        self._take(now[len(before) :])
        self._from, self._read = self._read, len(self._ids)
        return self._tell(len(self._text) - self._held())

    def end(self) -> str:
        """No more tokens come; returns the words held back until now."""
        if self.stopped:
            return ""
        before = self._decode(self._ids[self._from : self._read])
        self._take(self._decode(self._ids[self._from :])[len(before) :])
        return self._tell(len(self._text))

    def _take(self, words: str) -> None:
        if not self._text and self._lead:
            words = words.lstrip(self._lead)
        start = max(len(self._text) - max(map(len, self._stops), default=0), 0)
        self._text += words
        found = [place for stop in self._stops if (place := self._text.find(stop, start)) >= 0]
        if found:
            self._text, self.stopped = self._text[: min(found)], True

    def _held(self) -> int:
        """Characters at the end that may turn out to begin a stop string."""
        if self.stopped:
            return 0
        longest = max((len(stop) - 1 for stop in self._stops), default=0)
        for length in range(min(longest, len(self._text)), 0, -1):
            if any(stop.startswith(self._text[-length:]) for stop in self._stops):
                return length
        return 0

    def _tell(self, upto: int) -> str:
        start, self._told = self._told, max(upto, min(self._told, len(self._text)))
        return self._text[start : self._told]

    def _decode(self, ids: Sequence[int]) -> str:
        return str(self._tokenizer.decode(ids, skip_special_tokens=True)) if ids else ""
