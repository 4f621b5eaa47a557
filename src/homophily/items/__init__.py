"""Items: what can be asked, whoever answers.

An item is worded in one language, its placeholders filled. It knows the shape of its answer (`schema`, for
servers with structured output) and reads one strictly from text (`read`): what cannot be read raises
`Unreadable` with a reason, and never becomes a default.
"""

from homophily.items._choice import Choice
from homophily.items._fact import Fact
from homophily.items._item import Item, Value
from homophily.items._likert import Likert
from homophily.items._notice import READ, Notice
from homophily.items._number import Number
from homophily.items._option import Option
from homophily.items._ranking import Ranking
from homophily.items._several import NOTHING, Several, chosen
from homophily.items._text import Text
from homophily.items._verdict import Verdict
from homophily.reading import Reason, Unreadable

__all__ = [
    "NOTHING",
    "READ",
    "Choice",
    "Fact",
    "Item",
    "Likert",
    "Notice",
    "Number",
    "Option",
    "Ranking",
    "Reason",
    "Several",
    "Text",
    "Unreadable",
    "Value",
    "Verdict",
    "chosen",
]
