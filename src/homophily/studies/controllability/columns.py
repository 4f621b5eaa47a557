"""What the columns of the controllability study's tables mean."""

from __future__ import annotations

from homophily.lab.codebook import Column
from homophily.values import VALUES

__all__ = ["COLUMNS"]

COLUMNS: dict[str, Column | str] = {
    "design": "Persona design: how the values are told; none is the control.",
    "profile": "Target profile, the same for every respondent, persona design and language.",
    "replicate": Column("Which sitting of the same profile; orders are drawn anew.", "1, 2, …"),
    "n_items": Column("Value items asked.", "items"),
    "n_missing": Column("Value items without a readable answer.", "items"),
    "choices.first": "Value that the first of the two actions speaks for, in the instrument's order.",
    "choices.second": "Value that the second action speaks for.",
    "target_difference": Column(
        "Target score of the first action's value less that of the second's.", "points of the 1–6 scale"
    ),
    "chose_first": Column("Whether the first action was chosen.", "0 or 1", "no readable answer"),
    **{
        f"{prefix}_{code}": Column(f"{whose}: {value.name['en']}.", "points of the 1–6 scale, centred", empty)
        for code, value in VALUES.items()
        for prefix, whose, empty in (
            ("target", "Target value", ""),
            ("measured", "Value as stated in this sitting", "too little answered"),
        )
    },
}
