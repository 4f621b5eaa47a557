"""What a report tells of: a run's study, design, answers and surroundings, whoever kept them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from homophily.analysis import Finding
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["Record"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A run as its report sees it.

    Attributes:
        name: The run's name, which is its folder's.
        study: What was planned.
        design: Under which settings.
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them.
        findings: The planned analyses' results, in order.
        tables: The study's tidy tables, for transcripts that are more than a sample.
        environment: Versions and machine of the run, as its folder keeps them.
        planned: Sessions the design asks for.
        finished: Sessions played to their end.
        frozen: The plan that the run was to follow (`homophily.lab.frozen`), if one was frozen.
    """

    name: str
    study: Study
    design: Design
    answers: pd.DataFrame
    findings: Sequence[Finding]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    environment: Mapping[str, Any] = field(default_factory=dict)
    planned: int = 0
    finished: int = 0
    frozen: Mapping[str, Any] | None = None

    @property
    def bots(self) -> Mapping[str, Any] | None:
        """Who walked the pages instead of people: their kind and settings; None where nobody did."""
        found = self.environment.get("bots")
        return found if isinstance(found, Mapping) else None
