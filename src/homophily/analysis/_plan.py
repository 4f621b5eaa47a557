"""The plan of a study, carried out on its answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from homophily import catalogue
from homophily.analysis._finding import Finding
from homophily.errors import DataError
from homophily.lab.study import Step
from homophily.lab.tidy import asked
from homophily.studies._seated import checkpoint, seated

if TYPE_CHECKING:
    import pandas as pd

    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["run"]


def run(
    study: Study,
    answers: pd.DataFrame,
    design: Design,
    *,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> list[Finding]:
    """Every planned analysis of a study, in the plan's order; then those that its respondents call for.

    An analysis that the data cannot support (too few pairs, no variance, a condition never played) is not
    left out: it becomes a finding that says so. Where several respondents are checkpoints on this machine,
    their descent is told; where any speaks through a filter, what that saved.

    Args:
        study: The study, whose `tables` and `plan` are used.
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them; analyses find them as the
            table ``answers``, without facts, beside the study's own.
        design: The design the answers were gathered under.
        tables: The study's tables, if they are at hand.

    Raises:
        UnknownName: The plan names an analysis that no catalogue knows.
    """
    import scipy.linalg  # noqa: F401  brings its own BLAS, which only then can be limited
    from threadpoolctl import threadpool_limits

    made = study.tables(answers, design) if tables is None else tables
    tables = {**made, "answers": asked(answers)}
    steps = [*study.plan, *_called_for(study, design, tables)]
    if any(step.analysis == "independence" for step in steps):
        tables = {"panel": seated(answers, design), **tables}
    # The models factor thousands of small matrices: a second thread waits more than it works.
    with threadpool_limits(1, user_api="blas"):
        return [_step(step, tables) for step in steps]


def _called_for(study: Study, design: Design, tables: Mapping[str, pd.DataFrame]) -> Iterator[Step]:
    """Analyses that any study carries whose respondents are models in this process."""
    planned = {step.analysis for step in study.plan}
    local = [name for name, settings in design.respondents.items() if checkpoint(settings)]
    if "independence" not in planned and len(local) > 1:
        yield Step("independence", "Do the models descend from one another?")
    if "savings" in tables and "savings" not in planned:
        yield Step("savings", "What filtering saved")


def _step(step: Step, tables: Mapping[str, pd.DataFrame]) -> Finding:
    from homophily.analysis._rows import estimates

    analyse = catalogue.get("analysis", step.analysis)
    try:
        finding: Finding = analyse(tables, **step.options)
    except DataError as error:
        return Finding(
            name=step.analysis,
            title=step.title,
            text=f"Not estimated: {error}",
            estimates=estimates([]),
            warnings=(str(error),),
        )
    return replace(finding, title=step.title)
