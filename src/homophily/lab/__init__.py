"""How a session is played and kept: designs, sessions, the table, runs, tidy answers."""

from homophily.lab.design import Budget, Design
from homophily.lab.events import Event, Observer
from homophily.lab.loading import load_design, load_study, schema
from homophily.lab.rehearse import rehearse
from homophily.lab.run import run
from homophily.lab.runs import Run, Status, create, open_run, status
from homophily.lab.session import Scalar, Seat, Session
from homophily.lab.study import Outcome, Shown, Step, Study
from homophily.lab.table import Table
from homophily.lab.tidy import answers

__all__ = [
    "Budget",
    "Design",
    "Event",
    "Observer",
    "Outcome",
    "Run",
    "Scalar",
    "Seat",
    "Session",
    "Shown",
    "Status",
    "Step",
    "Study",
    "Table",
    "answers",
    "create",
    "load_design",
    "load_study",
    "open_run",
    "rehearse",
    "run",
    "schema",
    "status",
]
