"""Opening: a run's folder, store and seats made ready for people, and left in order."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from homophily.lab.design import Design
from homophily.lab.lock import locked
from homophily.lab.purse import Spent
from homophily.lab.runs import Run
from homophily.lab.seating import seat, survey
from homophily.lab.store import Store
from homophily.lab.study import Study
from homophily.records import totals
from homophily.web.host import record
from homophily.web.host.host import Host
from homophily.web.host.seals import Seals
from homophily.web.host.settings import Settings
from homophily.web.host.walk import expected

__all__ = ["hosting"]

#: Seconds between two looks for people not seen any more.
_SWEEP = 20


@asynccontextmanager
async def hosting(
    run: Run,
    study: Study,
    design: Design,
    settings: Settings,
    *,
    researcher: str = "",
    durable: bool = True,
    grace: float = 10.0,
) -> AsyncIterator[Host]:
    """The host of a run, open within.

    Args:
        run: From `homophily.lab.runs.create`.
        study: Its study.
        design: Its design.
        settings: How it is hosted.
        researcher: The researcher's token; a new one by default.
        durable: Whether a recorded answer outlasts a power cut as well as a killed process.
        grace: Seconds that answers under way are given to come home at the end.

    Raises:
        UsageError: No seat is for a person, or another process plays the run.
        DataError: The store cannot be used.
        RespondentError: Another seat's respondent cannot be reached.
    """
    total = survey(study, design)
    with locked(run.folder):
        async with AsyncExitStack() as stack:
            seats = seat(design)
            store = await Store.open(run.store, durable=durable)
            stack.push_async_callback(store.close)
            await store.begin(run.name, study.name, run.design, total, time.time())
            token = researcher or secrets.token_urlsafe(24)
            host = Host(run, study, design, settings, store, seats, Seals.of(run.folder), token)
            for respondent in seats.values():
                stack.push_async_callback(respondent.aclose)
                check = getattr(respondent, "check", None)
                if check is not None:
                    await check()
            await host.people.load(store.engine, store.url)
            host.doors = (await record.switches(store, run.name)).get("doors", "open")
            sums = await totals.of_engine(store.engine, run.name)
            host.purse.spent = Spent(sums["asks"], sums["tokens"], sums["cost"])
            host.expected = await expected(study, design, host.places)
            sweeping = asyncio.create_task(_sweep(host))
            try:
                yield host
            finally:
                sweeping.cancel()
                await asyncio.gather(sweeping, return_exceptions=True)
                await host.close(grace)


async def _sweep(host: Host) -> None:
    while True:
        await asyncio.sleep(_SWEEP)
        await host.sweep()
