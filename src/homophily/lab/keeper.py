"""The durable keeper: recorded answers at once, everything else within budget and on disk first."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homophily.asks import Answer, Ask, Respondent
from homophily.errors import UsageError
from homophily.items import Value
from homophily.lab.events import Answered, Observer
from homophily.lab.gate import Gate
from homophily.lab.purse import Paying
from homophily.lab.writer import Writer
from homophily.records import rows

__all__ = ["DurableKeeper", "House"]


@dataclass(frozen=True, slots=True)
class House:
    """What all sessions of a run share.

    Attributes:
        run: Name of the run.
        respondents: By their name in the design.
        writer: Makes answers durable.
        purse: Keeps to the budget.
        gate: Stops the run.
        tell: Hears of every event.
    """

    run: str
    respondents: Mapping[str, Respondent]
    writer: Writer
    purse: Paying
    gate: Gate
    tell: Observer


class DurableKeeper:
    """Stands behind one session's table.

    Args:
        house: What the sessions share.
        session: The session's id.
        recorded: Its rows so far, by seat and path.
        drawn: Its orders so far, by path.
    """

    def __init__(
        self,
        house: House,
        session: str,
        recorded: dict[tuple[str, str], dict[str, Any]],
        drawn: dict[str, list[int]],
    ) -> None:
        self._house = house
        self._session = session
        self._recorded = recorded
        self._drawn = drawn

    async def answer(self, ask: Ask, respondent: str, place: int) -> Answer:
        """The recorded answer, or the respondent's, recorded before it returns."""
        house, texts = self._house, rows.texts(ask)
        kept = self._recorded.pop((ask.seat, ask.path), None)
        if kept is not None:
            _same(ask, texts, kept)
            answer = rows.answer(kept)
            house.tell(Answered(ask.session, ask.seat, ask.path, answer, recorded=True))
            return answer

        async def put() -> Answer:
            given = rows.storable(await house.respondents[respondent].answer(ask))
            row = rows.row(house.run, place, respondent, ask, given)
            recorded = await house.writer.answer(row, texts)
            return given if recorded is row else rows.answer(recorded)

        answer = await house.purse.pay(ask, respondent, lambda: house.gate.through(put))
        house.tell(Answered(ask.session, ask.seat, ask.path, answer))
        return answer

    async def note(self, ask: Ask, place: int) -> Value:
        """The value recorded under the ask's path, or that of its `Fact`, recorded."""
        kept = self._recorded.pop((ask.seat, ask.path), None)
        if kept is None:
            given, texts = rows.storable(Answer(value=ask.item.read(""))), rows.texts(ask)
            row = rows.row(self._house.run, place, "", ask, given)
            recorded = await self._house.writer.answer(row, texts)
            kept = recorded if recorded is not row else None
        noted = rows.answer(kept) if kept is not None else given
        assert noted.value is not None  # a fact has a value
        return noted.value

    async def order(self, path: str, drawn: Sequence[int]) -> Sequence[int]:
        """The order recorded under `path`, or `drawn`, recorded before any ask that follows."""
        if path in self._drawn:
            return self._drawn[path]
        row = {"run": self._house.run, "session": self._session, "path": path, "drawn": json.dumps(drawn)}
        self._house.writer.draw(row)
        return drawn


def _same(ask: Ask, texts: Mapping[str, str], kept: Mapping[str, Any]) -> None:
    changed = [column for column, text in texts.items() if rows.digest(text) != kept[column]]
    if changed:
        raise UsageError(
            f"session {ask.session!r} now asks seat {ask.seat!r} at {ask.path!r} with another "
            f"{' and '.join(changed)} than was recorded: the study, an instrument or homophily itself has "
            "changed since. Go back to the version in the run's environment.json, or start anew with --fresh."
        )
