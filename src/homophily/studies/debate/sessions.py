"""The sessions of a debate study: one debate each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from homophily.asks import Persona
from homophily.lab.session import Scalar, Seat, Session
from homophily.studies.debate.cases import cases
from homophily.studies.debate.experiments import Experiment, experiments
from homophily.studies.debate.histories import seat
from homophily.studies.debate.roles import agents, role

if TYPE_CHECKING:
    from homophily.dilemmas import Dilemma
    from homophily.studies.debate.design import DebateDesign

__all__ = ["JUDGE", "sessions"]

#: The seat of each judge.
JUDGE = "judge-{place}"


def sessions(design: DebateDesign) -> Iterator[Session]:
    """Yield the debates dilemma by dilemma, so that a run cut short compares all experiments on fewer."""
    played = list(experiments(design))
    for dilemma in cases(design):
        for replicate in range(1, design.replicates + 1):
            for language in design.languages:
                for experiment in played:
                    yield from _sessions(design, experiment, dilemma, replicate, language)


def _sessions(
    design: DebateDesign, experiment: Experiment, dilemma: Dilemma, replicate: int, language: str
) -> Iterator[Session]:
    """The debates of one experiment: one a goal and limit of rounds; alone, nothing is aimed at."""
    debate = f"{dilemma.id}/{replicate}"
    alone = experiment.protocol == "solo"
    for goal in ("none",) if alone else design.goals:
        for rounds in (1,) if alone else design.deliberation.rounds:
            told = "" if alone else f"{goal}/rounds-{rounds}/"
            yield Session(
                id=f"{language}/{experiment.name}/{told}{debate}",
                language=language,
                seats=_seats(design, experiment, goal, rounds, language),
                condition={
                    "debate": debate,
                    "experiment": experiment.name,
                    "protocol": experiment.protocol,
                    "goal": goal,
                    "dilemma": dilemma.id,
                    "replicate": replicate,
                    "max_rounds": rounds,
                    **_known(dilemma),
                },
            )


def _seats(
    design: DebateDesign, experiment: Experiment, goal: str, rounds: int, language: str
) -> dict[str, Seat]:
    members = experiment.members
    names = agents(len(members), language)
    seats = {}
    for place, member in enumerate(members):
        told = role(
            place,
            len(members),
            protocol=experiment.protocol,
            goal=goal,
            rounds=rounds,
            structured=design.deliberation.output == "structured",
            language=language,
        )
        persona = Persona(id=member, name=names[place])
        seats[seat(place)] = Seat(respondent=member, persona=persona, system=told)
    for place, judge in enumerate(design.judges.panel, start=1):
        seats[JUDGE.format(place=place)] = Seat(respondent=judge, persona=Persona(id="", name=""))
    return seats


def _known(dilemma: Dilemma) -> dict[str, Scalar]:
    """What is known of a dilemma beforehand; kept with the session, so that tables need no file."""
    votes = dilemma.votes.by_verdict() if dilemma.votes and dilemma.votes.total else {}
    plurality = dilemma.votes.plurality if dilemma.votes else None
    return {
        "invited": dilemma.invites,
        "human": plurality or dilemma.verdict,
        **{f"human_{verdict}": count for verdict, count in votes.items()},
    }
