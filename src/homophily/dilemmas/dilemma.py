"""A dilemma: a conflict told by one who took part in it, and asks who was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homophily.dilemmas.votes import Votes
from homophily.errors import UsageError

__all__ = ["Dilemma"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dilemma:
    """A conflict in the first person.

    Attributes:
        id: Unique within a collection; part of every table.
        text: What is told, by language. It is what a panel reads.
        title: A short name, by language; for lists and reports, never part of what a panel reads.
        invites: The verdict it was written to invite, where it was written for that.
        values: Codes of the values in tension.
        votes: How people judged it, where known.
        verdict: The community's verdict, where a source gives that alone.
        source: Where it comes from.
    """

    id: str
    text: Mapping[str, str]
    title: Mapping[str, str] = field(default_factory=dict)
    invites: str | None = None
    values: tuple[str, ...] = ()
    votes: Votes | None = None
    verdict: str | None = None
    source: str = ""

    def told(self, language: str) -> str:
        """The text in a language.

        Raises:
            UsageError: It is not told in that language.
        """
        try:
            return self.text[language]
        except KeyError:
            raise UsageError(
                f"dilemma {self.id!r} is told in {', '.join(sorted(self.text))}, not in {language!r}: "
                "bring a text in that language, or leave the language out."
            ) from None

    def named(self, language: str) -> str:
        """The title in a language, in another one where there is none, or the id."""
        return self.title.get(language) or next(iter(self.title.values()), "") or self.id
