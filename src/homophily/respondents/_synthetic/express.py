"""Reading values out of utterances of the phrase bank: what listeners do, and a tool of analysis."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from homophily.respondents._synthetic.bank import heard
from homophily.values import CODES

__all__ = ["Expressed", "read"]


@dataclass(frozen=True, slots=True)
class Expressed:
    """The values expressed in some utterances.

    Attributes:
        spoken: Statements made for each value, (10,), in circle order.
        agreed: Times a partner's statement for it was agreed with, (10,).
        opposed: Times a partner's statement for it was spoken against, (10,).
        centred: Estimated centred scores, (10,).
    """

    spoken: tuple[int, ...]
    agreed: tuple[int, ...]
    opposed: tuple[int, ...]
    centred: tuple[float, ...]

    def as_dict(self) -> dict[str, float]:
        """The estimated centred scores by value code."""
        return dict(zip(CODES, self.centred, strict=True))


def read(texts: Iterable[str], language: str) -> Expressed:
    """Estimate a speaker's values from what was said.

    Sentences are looked up in the phrase bank; those from elsewhere count nothing. Value v gets
    √(spoken + agreed / 2) − √opposed / 2, less the mean of the ten: roots because the variance of a count
    grows with it. The scale is that of centred scores, about right from 5 to 15 utterances of a speaker
    with default settings, and too narrow below: little heard is little believed.

    Args:
        texts: One speaker's utterances.
        language: In which language they are.
    """
    counts = Counter(
        (phrase.move, phrase.value) for text in texts for phrase in heard(text, language).phrases
    )
    spoken, agreed, opposed = (
        tuple([counts[move, code] for code in CODES]) for move in ("value", "agree", "differ")
    )
    signs = [
        math.sqrt(said + yes / 2) - math.sqrt(no) / 2
        for said, yes, no in zip(spoken, agreed, opposed, strict=True)
    ]
    mean = sum(signs) / len(signs)
    return Expressed(spoken, agreed, opposed, tuple([sign - mean for sign in signs]))
