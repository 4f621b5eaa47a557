"""Teammates: a person decides with five agents of graded value similarity, and rates each of them."""

from homophily.lab.study import Outcome, Step, Study
from homophily.studies.teammates.columns import COLUMNS
from homophily.studies.teammates.design import TeammatesDesign
from homophily.studies.teammates.protocol import play
from homophily.studies.teammates.sessions import sessions
from homophily.studies.teammates.shown import shown
from homophily.studies.teammates.tables import tables

__all__ = ["study"]

#: Columns of the ratings that the description of the sample covers.
_DESCRIBED = ("similarity_designed", "similarity_rated", "trust", "alone", "followed", "confidence")
#: Columns of the people that it covers: who they are, how they ended, what speaks of their care.
_PEOPLE = ("age", "gender", "ended", "attention", "identical")

study = Study(
    name="teammates",
    title="Teammates: value similarity and trust in agents",
    design=TeammatesDesign,
    sessions=sessions,
    play=play,
    tables=tables,
    descriptions=COLUMNS,
    plan=(
        Step("sample", "Sample", {"described": _DESCRIBED, "people": _PEOPLE}),
        Step("reliability", "Do the forms measure reliably?"),
        Step("manipulation_check", "Do similar agents seem similar?"),
        Step("within_between", "Felt similarity and trust, within and between people"),
        Step("trust_robust", "The same without the model's assumptions"),
        Step("designed_levels", "Trust by designed level"),
        Step("mediation", "From designed level to trust, by way of felt similarity?"),
        Step("following", "What people do: following, sending in alone, ranking"),
        Step("carry_over", "Does it matter whom one met before?"),
        Step("themes", "What people write"),
        Step("missingness", "Missing answers"),
    ),
    limitations=(
        "Agents speak for their values in what guides them and in their reasons; the suggestions themselves "
        "are alike. What is found holds for values that are told, not for values that show in deeds alone.",
        "Decisions are imagined, and nobody learns how they turned out: this is trust before experience.",
        "Answers of synthetic participants and of language models say nothing about people.",
    ),
    references=("mehrotra2021", "schwartz2012", "williams1949"),
    outcomes=(
        Outcome(
            "ratings",
            ("similarity_rated", "trust", "closeness", "alone", "followed", "confidence", "rank"),
            ("participant", "level"),
        ),
    ),
    share=("participant",),
    balance="sequence",
    consents=True,
    shown=shown,
)
