"""What the columns of the teammates study's tables mean."""

from __future__ import annotations

from homophily.lab.codebook import Column
from homophily.values import VALUES

__all__ = ["COLUMNS"]

_PART = "too little answered"
_NOT_YET = "not reached, or missing"

COLUMNS: dict[str, Column | str] = {
    "participant": "Participant, unique in the run; nothing in it tells who that is.",
    "sequence": Column("In which order the levels were met (Williams design).", "0, 1, …"),
    "position": Column("Place of the agent in the order met.", "1, 2, …", "not about one agent"),
    "ratings.agent": "Agent, by its level of similarity.",
    "level": Column(
        "Level of designed similarity: 1 the most opposite, the highest the most similar.",
        "1, 2, …",
        "not about one agent",
    ),
    "similarity_designed": Column(
        "Spearman's correlation of the agent's ranking of the ten values with the participant's, as attained "
        "and recorded.",
        "−1 to 1, more is more alike",
    ),
    "similarity_rated": Column(
        "How alike the agent's values are felt to be, mean of the items.", "1–7, more is more alike", _PART
    ),
    "trust": Column(
        "Trust in the agent, mean of the items, reverse ones turned.", "1–5, more is more trust", _PART
    ),
    "trust_risk": Column("Trust, facet perceived risk, turned.", "1–5, more is less risk", _PART),
    "trust_*": Column("Trust, facet *.", "1–5, more is more trust", _PART),
    "alone": Column("Readiness to send the agent in alone.", "0–100", _NOT_YET),
    "closeness": Column("Closeness to the agent.", "the instrument's scale, more is closer", _PART),
    "followed": Column("Share of the decisions in which the suggestion was followed.", "0–1", _NOT_YET),
    "ratings.confidence": Column("Confidence in the decisions, mean.", "1–7", _NOT_YET),
    "decisions.confidence": Column("Confidence in the decision.", "1–7", _NOT_YET),
    "rank": Column("Place of the agent in the final ranking, 1 the most wanted.", "1, 2, …", _NOT_YET),
    "names": Column("By how much the agents' names are shifted.", "0, 1, …"),
    "pictures": Column("By how much the agents' pictures are shifted.", "0, 1, …"),
    "sets": Column("By how much the agents' missions are shifted.", "0, 1, …"),
    "name": "The agent's name, dealt out independently of similarity.",
    "picture": Column("Number of the agent's picture, dealt out independently of similarity.", "1, 2, …"),
    "mission": "The agent's mission, dealt out independently of similarity.",
    "point": Column("Decision point of the mission.", "1, 2, …"),
    "choice": Column("What was decided: follow or else.", missing="see the answers"),
    "asked_why": "Whether the reason was asked for before deciding.",
    "age": Column("Age.", "years", "not answered"),
    "gender": Column("Gender: woman, man, another, or unsaid (rather not say).", missing="not answered"),
    **{
        code: Column(f"{value.name['en']}, as stated.", "points of the 1–6 scale, centred", _PART)
        for code, value in VALUES.items()
    },
    "ranking": Column(
        "The ten values, the most important first, as the agents were made from.", missing=_PART
    ),
    "ties": Column("Ties in that ranking, each with the step that decided it; or none.", missing=_PART),
    "identical": Column(
        "Answers to the value items that are the same, the most frequent one; above 16 of 21 such a "
        "questionnaire is commonly excluded.",
        "items",
        "none answered",
    ),
    "attention": Column("Share of the attention checks passed.", "0–1", "none answered"),
    "ended": Column(
        "How the session ended: complete, declined or unscored (values answered too little).",
        missing="not ended yet",
    ),
    "complete": "Whether the session came to the debriefing.",
    "question": "Open question: trusted, noticed or final.",
    "text": Column("What was written.", missing="see `missing`"),
    "open_answers.missing": Column("Why nothing was written.", missing="something was written"),
}
