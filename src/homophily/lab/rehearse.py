"""Rehearsal: a study played in memory, for power, recovery and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from homophily.asks import Answer, Ask, Respondent
from homophily.items import Value
from homophily.lab.design import Design
from homophily.lab.session import Scalar
from homophily.lab.study import Study
from homophily.lab.table import Table
from homophily.lab.waiting import wait
from homophily.records.rows import row, storable

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["rehearse"]


def rehearse(
    study: Study, design: Design, *, respondents: Mapping[str, Respondent] | None = None
) -> pd.DataFrame:
    """Play a study without a store, one session after another, with the same asks, seeds and orders as a run.

    Args:
        study: What is played.
        design: With what settings; its budget does not count here.
        respondents: Instead of those of the design, by the same names.

    Returns:
        As `homophily.lab.tidy.answers`.

    Raises:
        HomophilyError: What a run would raise.
    """
    from homophily.lab.tidy import frame

    keeper, conditions = wait(_play(study, design, respondents))
    return frame(sorted(keeper.rows, key=itemgetter("session")), conditions)


class _Memory:
    """Keeps answers as rows in a list."""

    def __init__(self, respondents: Mapping[str, Respondent]) -> None:
        self.respondents = respondents
        self.rows: list[dict[str, Any]] = []

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        given = storable(await self.respondents[respondent].answer(ask))
        self.rows.append(row("rehearsal", place, respondent, ask, given))
        return given

    async def note(self, ask: Ask, place: int) -> Value:
        given = storable(Answer(value=ask.item.read("")))
        self.rows.append(row("rehearsal", place, "", ask, given))
        return ask.item.read("")

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        return drawn


async def _play(
    study: Study, design: Design, respondents: Mapping[str, Respondent] | None
) -> tuple[_Memory, dict[str, Mapping[str, Scalar]]]:
    from homophily.lab.seating import seat, survey

    survey(study, design)
    seats = seat(design) if respondents is None else respondents
    keeper = _Memory(seats)
    conditions: dict[str, Mapping[str, Scalar]] = {}
    try:
        for session in study.sessions(design):
            conditions[session.id] = session.condition
            await study.play(Table(session, design, keeper))
    finally:
        if respondents is None:
            for respondent in seats.values():
                await respondent.aclose()
    return keeper, conditions
