"""Thoughts that some local models put before what they say."""

from __future__ import annotations

import re

__all__ = ["spoken"]

_THOUGHT = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)


def spoken(raw: str) -> str:
    """The words meant for others, without the thoughts that some local models put before them."""
    return _THOUGHT.sub("", raw) if "<think>" in raw else raw
