"""Strict reading of answers from text: an answer or a reason, never a guess.

What is accepted is one statement and nothing that contradicts it: a number, letter or exact wording, bare or
decorated (markdown, quotes, brackets, full-width signs), after a lead-in ("Answer:", "回答："), inside a JSON
object's field ``answer``, or as a sentence of its own beside others that name no other answer.
"""

from homophily.reading._choices import letter
from homophily.reading._lists import Listed, several
from homophily.reading._rankings import ranking
from homophily.reading._reasons import Reason, Unreadable
from homophily.reading._scales import number, point
from homophily.reading._texts import text
from homophily.reading._thoughts import spoken
from homophily.reading._verdicts import Ruling, explained, verdict

__all__ = [
    "Listed",
    "Reason",
    "Ruling",
    "Unreadable",
    "explained",
    "letter",
    "number",
    "point",
    "ranking",
    "several",
    "spoken",
    "text",
    "verdict",
]
