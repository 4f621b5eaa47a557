"""Debate: a panel deliberates on everyday dilemmas; who revises, who follows whom, which values show?"""

from __future__ import annotations

from homophily.lab.study import Outcome, Step, Study
from homophily.studies.debate.columns import COLUMNS
from homophily.studies.debate.design import DebateDesign
from homophily.studies.debate.protocol import play
from homophily.studies.debate.sessions import sessions
from homophily.studies.debate.shown import shown
from homophily.studies.debate.tables import tables

__all__ = ["study"]

study = Study(
    name="debate",
    title="Debates on everyday dilemmas: who moves whom",
    design=DebateDesign,
    sessions=sessions,
    play=play,
    tables=tables,
    shown=shown,
    descriptions=COLUMNS,
    plan=(
        Step("consensus", "When do they agree?"),
        Step("revision", "Who changes its verdict?"),
        Step("conformity", "Inertia and conformity"),
        Step("conformity", "The same with each protocol apart", {"form": "protocol"}),
        Step("conformity_forms", "Which model of change predicts best?"),
        Step("conformity_check", "Does the model reproduce the debates?"),
        Step("verdict_flow", "Verdicts from round to round"),
        Step("direction", "Where do changes go?"),
        Step("order_effects", "What does speaking first or last do?"),
        Step("persuasion", "Who moves whom?"),
        Step("steering", "What does the goal do?"),
        Step("human_agreement", "Do they judge as people did?"),
        Step("value_profile", "Which values does each voice?"),
        Step("value_differences", "Where do their values differ?"),
        Step("value_overlap", "Do their values meet?"),
        Step("value_inheritance", "Who takes up whose values?"),
        Step("value_change", "Which values precede a change?"),
        Step("judge_agreement", "Do the judges agree?"),
        Step("independence", "Is the panel independent?"),
        Step("missingness", "Missing answers"),
    ),
    limitations=(
        "Agents are not people: that a model gives way, or holds out, says nothing of how people deliberate.",
        "A verdict on one short text, told by one side, is no judgement of a person.",
        "Which agent speaks first, and how the goal is worded, moves the verdicts: results hold for the "
        "protocol and the wording that were played.",
        "Values are those that a judge names in what was said, from a closed list; they are not what moved "
        "an agent.",
    ),
    references=("sachdeva2025", "sachdeva2026"),
    outcomes=(
        Outcome("verdicts", ("verdict",), ("session", "round", "position"), "category"),
        Outcome("verdicts", ("words",), ("session", "round", "position")),
        Outcome("debates", ("consensus", "rounds"), ("session",)),
        Outcome("judgements", ("n",), ("session", "round", "position", "judge")),
    ),
    share=("dilemma",),
)
