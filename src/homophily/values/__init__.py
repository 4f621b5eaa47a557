"""The theory of basic human values: the circle, profiles, similarity, scoring keys."""

from homophily.values import circle, keys, norms, profiles, ranks, similarity
from homophily.values.centring import centre, mrat
from homophily.values.normativeness import normativeness
from homophily.values.partner import partner
from homophily.values.profile import Profile
from homophily.values.ranking import TIE_RULE, Ranking
from homophily.values.score import score_file
from homophily.values.scoring import score_items
from homophily.values.theory import CODES, HIGHER, VALUES, Value, higher_order

__all__ = [
    "CODES",
    "HIGHER",
    "TIE_RULE",
    "VALUES",
    "Profile",
    "Ranking",
    "Value",
    "centre",
    "circle",
    "higher_order",
    "keys",
    "mrat",
    "normativeness",
    "norms",
    "partner",
    "profiles",
    "ranks",
    "score_file",
    "score_items",
    "similarity",
]
