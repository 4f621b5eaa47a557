"""The protocol of the controllability study: the value portraits, then the forced choices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.studies._questionnaire import fill_in
from homophily.studies.controllability.sessions import SEAT

if TYPE_CHECKING:
    from homophily.lab.table import Table

__all__ = ["play"]


async def play(table: Table) -> None:
    """Play one session: one item a call, orders of items and options drawn and recorded."""
    asked = table.design.instruments
    await fill_in(table, SEAT, asked.values, phase="values", sampling=asked)
    if asked.choices:
        await fill_in(table, SEAT, asked.choices, phase="choices", sampling=asked)
