"""Dyads: pairs of agents with known values talk, then rate each other's trust and closeness in private."""

from homophily.lab.study import Outcome, Step, Study
from homophily.studies.dyads.columns import COLUMNS
from homophily.studies.dyads.design import DyadDesign
from homophily.studies.dyads.protocol import play
from homophily.studies.dyads.sessions import sessions
from homophily.studies.dyads.shown import shown
from homophily.studies.dyads.tables import tables

__all__ = ["study"]

study = Study(
    name="dyads",
    title="Value similarity, trust and closeness in dyads",
    design=DyadDesign,
    sessions=sessions,
    play=play,
    tables=tables,
    shown=shown,
    descriptions=COLUMNS,
    plan=(
        Step("sample", "Sample"),
        Step("criterion", "Is the published pattern reproduced?"),
        Step("correlation", "Similarity with trust and closeness"),
        Step(
            "correlation",
            "The same with the values as the agents stated them",
            {"similarity": "similarity_measured"},
        ),
        Step("mixed", "Similarity, with rater, partner and pair as random effects"),
        Step("partner_control", "Similarity, or a partner whom everyone trusts?"),
        Step("permutation", "Profiles shuffled among the agents"),
        Step("controls", "Control conditions"),
        Step("language", "Differences between languages"),
        Step("reciprocity", "Do the two agree about each other?"),
        Step("variance", "Actor, partner and relationship variance"),
        Step("surface", "Which value's fit matters?"),
        Step("circle", "Do the measured values keep their circle?"),
        Step("missingness", "Missing answers"),
    ),
    limitations=(
        "Agents are not people: what a language model or a synthetic respondent answers says nothing about "
        "human trust until people have answered the same instruments.",
        "The profile generator decides the range of similarity, and with it the size of every correlation.",
        "Questionnaire answers of language models may misstate what the models do; `controllability` checks "
        "values by behaviour.",
        "Where both seats are played by one model, likeness of the model and likeness of values cannot be "
        "told apart.",
    ),
    references=("sakamoto2025", "schwartz2012", "kenny1994"),
    outcomes=(
        Outcome(
            "ratings",
            ("trust", "trust_global", "circles", "closeness", "subjective", "similarity_measured"),
        ),
        Outcome("pairs", ("named_values",), ("session",)),
    ),
    share=("rater", "partner"),
)
