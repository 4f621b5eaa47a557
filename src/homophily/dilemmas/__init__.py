"""Everyday dilemmas: shipped and brought, cleaned, and ranked by how much people disagree about them."""

from homophily.dilemmas.cleaning import Cleaning
from homophily.dilemmas.dilemma import Dilemma
from homophily.dilemmas.loading import Loaded, load
from homophily.dilemmas.ranking import Ranked, entropy, rank_by_entropy
from homophily.dilemmas.shipped import shipped
from homophily.dilemmas.verdict import MEANINGS, VERDICTS
from homophily.dilemmas.votes import Votes

__all__ = [
    "MEANINGS",
    "VERDICTS",
    "Cleaning",
    "Dilemma",
    "Loaded",
    "Ranked",
    "Votes",
    "entropy",
    "load",
    "rank_by_entropy",
    "shipped",
]
