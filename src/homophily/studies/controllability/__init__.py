"""Controllability: which model and which persona design make an agent hold the values it is told."""

from homophily.lab.study import Outcome, Step, Study
from homophily.studies.controllability.columns import COLUMNS
from homophily.studies.controllability.design import ControllabilityDesign
from homophily.studies.controllability.protocol import play
from homophily.studies.controllability.sessions import sessions
from homophily.studies.controllability.tables import tables
from homophily.values import CODES

__all__ = ["study"]

study = Study(
    name="controllability",
    title="How well can an agent's values be controlled?",
    design=ControllabilityDesign,
    sessions=sessions,
    play=play,
    tables=tables,
    descriptions=COLUMNS,
    plan=(
        Step("sample", "Sample"),
        Step("controllability", "Models and persona designs"),
        Step("stability", "Test and retest"),
        Step("behaviour", "Forced choices"),
        Step("circle", "Do the measured values keep their circle?"),
        Step("missingness", "Missing answers"),
    ),
    limitations=(
        "Agents are not people: a model that answers as told holds no values.",
        "A questionnaire shows what a model says of itself; the forced choices, what it says it would "
        "do. Neither is conduct.",
        "The winner is the best of the cells compared here, on these profiles; its lead carries the luck of "
        "the draw, so look at the intervals.",
    ),
    references=("sakamoto2025", "schwartz2012", "rozen2025", "kovac2024"),
    outcomes=(
        Outcome("profiles", tuple(f"measured_{code}" for code in CODES), ("session",)),
        Outcome("choices", ("chose_first",), ("session", "item")),
    ),
    share=("profile",),
)
