"""The winner of a finished controllability run, as another study takes it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homophily.errors import UsageError
from homophily.studies.controllability.winner import Winner, winner

__all__ = ["Carried", "carry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is carried on from a controllability run.

    Attributes:
        run: The run's name.
        winner: The winning cell.
        settings: The winning respondent's settings, as its run's design has them.
        options: The winning persona design's options.
    """

    run: str
    winner: Winner
    settings: Mapping[str, Any]
    options: Mapping[str, Any]


def carry(run: str) -> Carried:
    """Read the winner of a run.

    Args:
        run: The run's folder, or its name under ``runs/``.

    Raises:
        UsageError: There is no such run, or it is of another study.
        DataError: The run holds no answers yet to choose a winner by.
    """
    from homophily.lab.runs import open_run
    from homophily.lab.tidy import answers
    from homophily.studies.controllability import study

    opened = open_run(run)
    if opened.design.get("study") != study.name:
        raise UsageError(
            f"persona_from = {run!r} is a run of the study {opened.design.get('study')!r}: "
            "name one of 'controllability'."
        )
    design = study.design.model_validate(opened.design)
    best = winner(study.tables(answers(opened), design)["profiles"])
    return Carried(
        run=opened.name,
        winner=best,
        settings=opened.design["respondents"][best.respondent],
        options=opened.design["persona_options"].get(best.design, {}),
    )
