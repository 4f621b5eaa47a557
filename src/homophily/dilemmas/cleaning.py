"""Cleaning: what is cut from a post, and which posts are left out.

The defaults are those of the published study and of its authors' earlier ones: paragraphs that were added
later are cut at both ends, and posts of four flairs, removed posts, little-rated posts and short posts are
left out. A rule on something that a source does not tell (flair, score) leaves nothing out.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Cleaning"]

_BREAK = re.compile(r"(\n\s*\n|\n(?=[\W_]*(?:EDIT|UPDATE|Edit|Update)\b))")
_ADDED = re.compile(
    r"""[\W_]*(?:
        (?:small|quick|final|last|first|another|second|slight|mini)?\s*
        (?:
            (?-i:EDIT|UPDATE|ETA|NOTE)S?\b(?!\s+that\b)
          | (?:edit(?:ed)?|update|eta|note)s?\s*
            (?:\#?\d+|one|two|three|to\s+add|for\s+\w+|again)?\s*(?:[:：;.,)\]*–—-]|$)
          | edit(?:ed|s)?\b(?!\s+(?:the|my|a|an|his|her|our|their)\b)
        )
      | (?:追記|編集|更新|補足|追伸|注)\s*(?:その)?[0-9０-９一二三①-⑨]*\s*[:：)）】\]、]
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_GONE = re.compile(r"^\W*(?:removed|deleted)(?: by (?:user|author|moderator|reddit))?\W*$", re.IGNORECASE)
_FLAIRS = ("UPDATE", "TL;DR", "META", "Open Forum")


class Cleaning(BaseModel):
    """Rules for posts, each with a name of its own; `none` switches all of them off."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edits: Literal["paragraphs", "rest", "keep"] = Field(
        default="paragraphs",
        description="Later additions (EDIT, UPDATE, ETA, note): cut such paragraphs at the beginning and the "
        "end; or cut the rest of the post from the first one after its beginning; or keep them.",
    )
    flairs: tuple[str, ...] = Field(default=_FLAIRS, description="Posts with these flairs are left out.")
    removed: bool = Field(default=True, description="Leave out posts whose text was removed or deleted.")
    above_score: float | None = Field(
        default=25, description="Leave out posts rated this or less; none: keep all."
    )
    above_characters: int = Field(
        default=300, ge=0, description="Leave out texts of so many characters or fewer; 0: keep all."
    )

    @classmethod
    def none(cls) -> Cleaning:
        """Nothing cut, nothing left out."""
        return cls(edits="keep", flairs=(), removed=False, above_score=None, above_characters=0)

    def clean(self, text: str) -> str:
        """The text without what was added later."""
        if self.edits == "keep":
            return text.strip()
        parts = _BREAK.split(text.strip())  # paragraphs with the breaks between them
        while parts and _ADDED.match(parts[0]):
            del parts[:2]
        if self.edits == "rest":
            added = (place for place in range(0, len(parts), 2) if _ADDED.match(parts[place]))
            del parts[next(added, len(parts)) :]
        while parts and (not parts[-1].strip() or _ADDED.match(parts[-1])):
            parts.pop()
        return "".join(parts).strip()

    def unwanted(self, text: str, *, flair: str | None = None, score: float | None = None) -> str:
        """Why a post is left out, in a few words; empty if it is kept.

        Args:
            text: What `clean` has left.
            flair: The post's flair, where known.
            score: The post's rating, where known.
        """
        if flair and flair.strip().casefold() in {each.casefold() for each in self.flairs}:
            return f"flair {flair.strip()}"
        if self.removed and _GONE.match(text.strip()):
            return "removed or deleted"
        if score is not None and self.above_score is not None and score <= self.above_score:
            return f"score of {self.above_score:g} or less"
        if self.above_characters and len(text) <= self.above_characters:
            return f"{self.above_characters} characters or fewer"
        return ""
