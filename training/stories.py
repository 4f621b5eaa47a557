"""The story text and its parts: one story in twenty is held out, and nothing is ever learned from it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["HELD_OUT", "stories"]

HELD_OUT = 20  # every 20th story is held out


def stories(path: Path) -> tuple[list[str], list[str]]:
    """Stories to learn from, and held-out ones, from a file that parts them by ``<|endoftext|>``."""
    told = [story.strip() for story in path.read_text(encoding="utf-8").split("<|endoftext|>")]
    told = [story for story in told[:-1] if story]  # the last one is cut off
    return (
        [story for number, story in enumerate(told) if number % HELD_OUT],
        [story for number, story in enumerate(told) if number % HELD_OUT == 0],
    )
