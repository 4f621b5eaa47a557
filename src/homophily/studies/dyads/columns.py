"""What the columns of the dyad study's tables mean."""

from __future__ import annotations

from homophily.lab.codebook import Column
from homophily.values import VALUES

__all__ = ["COLUMNS"]

_PART = "too little answered"
_NONE = "values not measured"

COLUMNS: dict[str, Column | str] = {
    "pair": "Two agents, the same in every language; in the swapped control, the pair A comes from.",
    "condition": "dialogue: talked, then rated; none: rated a partner known by name only; swapped: talked "
    "with and rated the partner of another pair.",
    "rater": "Agent that rates, the same across sessions, languages and conditions.",
    "ratings.partner": "Agent that is rated.",
    "seat": "Seat of the rater, a or b.",
    "ratings.respondent": "Who plays the rater, by the respondent's name in the design.",
    "ratings.model": Column("Model that plays the rater, as the server names it.", missing="no model"),
    "agents.respondent": "Who plays the agent, by the respondent's name in the design.",
    "bin": Column("Similarity bin, or target similarity, that the pair fills; 1 is the lowest.", "1, 2, …"),
    "a_opens": "Whether seat a opens the first topic.",
    "similarity": Column(
        "Similarity of the target values of the two who rate each other, by the design's measure.",
        "the measure's range, more is more alike",
    ),
    "similarity_measured": Column(
        "The same of the values they stated in this session.", "as `similarity`", _NONE
    ),
    "similarity_assigned": Column(
        "Swapped control: similarity of the pair that A comes from, who did not talk.",
        "as `similarity`",
        "another condition",
    ),
    "similarity_*": Column("Similarity of target values by the measure *.", "the measure's range"),
    "similarity_measured_*": Column(
        "Similarity of stated values by the measure *.", "the measure's range", _NONE
    ),
    "trust": Column("Trust in the partner, mean of its items.", "1–7, more is more trust", _PART),
    "trust_*": Column("Trust, facet *.", "1–7, more is more trust", _PART),
    "trust_global": Column("Trust in the partner, one item.", "1–7, more is more trust", _PART),
    "circles": Column("Closeness as overlap of two circles.", "1–7, more is closer", _PART),
    "closeness": Column("Closeness to the partner, mean of its items.", "1–7, more is closer", _PART),
    "closeness_*": Column("Closeness, facet *.", "1–7, more is closer", _PART),
    "subjective": Column("How alike the partner's values are felt to be.", "1–7, more is more alike", _PART),
    "n_missing": Column("Rating items without a readable answer.", "items"),
    "pairs.named_values": Column(
        "Utterances that hold the name of a value: a sign that a persona was spoken aloud, or an everyday "
        "use of the word.",
        "utterances",
    ),
    "sessions": Column("Sessions the agent plays in this language.", "sessions"),
    **{
        f"{prefix}_{code}": Column(f"{whose}: {value.name['en']}.", "points of the 1–6 scale, centred", empty)
        for code, value in VALUES.items()
        for prefix, whose, empty in (
            ("rater", "Rater's target value", ""),
            ("partner", "Partner's target value", ""),
            ("rater_measured", "Value as the rater stated it in this session", _NONE),
            ("partner_measured", "Value as the partner stated it in this session", _NONE),
            ("target", "Target value", ""),
            ("measured", "Value as stated, mean of the agent's sessions", _NONE),
        )
    },
}
