"""What the columns that every study shares mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

__all__ = ["ANSWERS", "SAVINGS", "Column"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a column of an exported table means.

    Attributes:
        meaning: One sentence, or less.
        unit: Unit, or range with its direction; empty for text.
        missing: What an empty cell means.
    """

    meaning: str
    unit: str = ""
    missing: str = ""

    def filled(self, caught: str) -> Column:
        """The description with ``*`` replaced by what it stands for."""
        return replace(self, meaning=self.meaning.replace("*", caught))


#: Columns of the table of answers, one row an ask; other tables that have them mean the same.
ANSWERS: Mapping[str, Column | str] = {
    "run": "Name of the run: study and design hash.",
    "session": "Session, unique within the run: one independent play of the protocol.",
    "seat": "Place at the table within the session.",
    "path": "Where in the protocol; unique within session and seat.",
    "item": "Item asked, as instrument/number; wordings are kept in the instrument's file.",
    "kind": "Kind of item: likert, number, choice, several, ranking, verdict, text, notice or fact.",
    "measures": Column("What the item measures: a value code, or scale.facet.", missing="no construct"),
    "reverse": "Whether agreement speaks against the construct; answers stand as given, not turned.",
    "language": "Language of the session, ISO 639-1.",
    "respondent": Column(
        "Who answered, by the respondent's name in the design.", missing="a fact: nobody was asked"
    ),
    "agent": Column("Who was played, the same across sessions.", missing="nobody in particular"),
    "partner": Column("Agent talked to or rated.", missing="no partner"),
    "value": Column(
        "The answer as text: scale point, number, option's id, ids joined by commas (or none), words, read.",
        missing="see `missing`",
    ),
    "number": Column("The answer as a number.", "the item's scale", "no answer, or not a number"),
    "missing": Column("Why there is no answer: refusal, empty, unreadable, …", missing="answered"),
    "raw": Column("The respondent's own words, untouched.", missing="nothing came"),
    "model": Column("Model, as the server names it.", missing="no model"),
    "prompt_tokens": Column("Tokens read, as the server counts them.", "tokens"),
    "completion_tokens": Column("Tokens written, as the server counts them.", "tokens"),
    "cost": Column("Price of the answer.", "US dollars, or the price list's currency", "no price known"),
    "requests": Column("Requests made, retries included.", "requests; 0 if cached or without a server"),
    "seconds": Column("From the first request to the readable answer.", "seconds"),
    "cached": "Whether the answer came from the response cache.",
    "time": Column("When the answer was recorded.", "UTC"),
}

_OLD = "answered before this was recorded"
#: What the columns of the table ``savings`` mean, one row an answer (`homophily.lab.spent`).
SAVINGS: Mapping[str, Column | str] = {
    "savings.asked": Column("Share of attention that the filter was asked to skip.", "0–1", "no filter"),
    "savings.attended": Column(
        "Attention steps of the answer's sequence: one a token and layer.", "steps", _OLD
    ),
    "savings.skipped": Column("Those among them that the filter skipped.", "steps", "no filter"),
    "savings.saved_bytes": Column(
        "Keys and values that the filter kept out of the cache.", "bytes", "no filter"
    ),
    "savings.shared_tokens": Column(
        "Tokens of the prompt that had been computed for another ask.", "tokens", _OLD
    ),
    "savings.computed": Column(
        "The answer's share of the time that the model computed, by its tokens.", "seconds", _OLD
    ),
}
