"""Ratings of agents by hand, as the tables of the Teammates study."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from benchmarks.teammates_people import DESIGNED, People

#: What the study promises of its tables, in order.
COLUMNS = {
    "ratings": [
        "participant",
        "language",
        "sequence",
        "position",
        "agent",
        "level",
        "similarity_designed",
        "similarity_rated",
        "trust",
        "trust_risk",
        "trust_benevolence",
        "trust_competence",
        "trust_reciprocity",
        "alone",
        "followed",
        "confidence",
        "rank",
        "name",
        "picture",
    ],
    "decisions": ["participant", "agent", "level", "position", "point", "choice", "asked_why", "confidence"],
    "people": [
        "participant",
        "language",
        "sequence",
        "age",
        "gender",
        "SD",
        "ST",
        "HE",
        "AC",
        "PO",
        "SE",
        "CO",
        "TR",
        "BE",
        "UN",
        "complete",
    ],
    "open_answers": ["participant", "level", "position", "question", "path", "text", "missing"],
    "codings": ["participant", "level", "position", "question", "path", "coder", "theme"],
}

ANALYSES = (
    "carry_over",
    "designed_levels",
    "following",
    "manipulation_check",
    "mediation",
    "themes",
    "trust_robust",
    "within_between",
)

NUMBERS = COLUMNS["ratings"][7:17]


def simulated(seed: int = 1, **people: object) -> dict[str, pd.DataFrame]:
    """Every table of simulated people."""
    return People(**people).tables(np.random.default_rng(seed))  # type: ignore[arg-type]


def ratings(
    similarity: Sequence[Sequence[float]], trust: Sequence[Sequence[float]]
) -> dict[str, pd.DataFrame]:
    """One row of numbers a person, one number a level."""
    rated, trusted = np.array(similarity, dtype=float), np.array(trust, dtype=float)
    people, levels = rated.shape
    level = np.tile(np.arange(1, levels + 1), people)
    frame = pd.DataFrame(
        {
            "participant": np.repeat([f"p{k}" for k in range(people)], levels),
            "level": level,
            "position": level,
            "sequence": np.repeat(np.arange(people) % 2, levels),
            "similarity_designed": np.array(DESIGNED)[level - 1],
            "similarity_rated": rated.ravel(),
            "trust": trusted.ravel(),
        }
    )
    return {"ratings": frame}
