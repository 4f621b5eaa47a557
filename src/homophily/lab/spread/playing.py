"""Playing a run on a cluster: what `homophily.lab.runner.play` does in one process."""

from __future__ import annotations

import time
from collections.abc import Sequence

from homophily.errors import UsageError
from homophily.lab.design import Design
from homophily.lab.events import Observer
from homophily.lab.lock import locked
from homophily.lab.purse import Purse, Spent
from homophily.lab.runs import Run, Status, status
from homophily.lab.seating import seat, survey
from homophily.lab.spread.backlog import Backlog
from homophily.lab.spread.director import Director, Terms
from homophily.lab.spread.hands import joined
from homophily.lab.spread.roll import Roll
from homophily.lab.store import Store
from homophily.lab.study import Study
from homophily.records import reader

__all__ = ["play"]


async def play(
    run: Run,
    study: Study,
    design: Design,
    *,
    address: str,
    workers: int | None = None,
    observers: Sequence[Observer] = (),
    concurrency: int = 256,
    patience: int = 10,
    grace: float = 30.0,
    silence: float = 60.0,
) -> Status:
    """Play a run from where it is to its end, on the machines of a Ray cluster.

    Its data are those that `homophily.lab.runner.play` would have recorded. Limits of the design hold for all
    workers together: the budget is granted ask by ask from here, and each worker keeps to an equal part of
    every endpoint's requests at once and rates. The response cache, a file, is neither read nor filled.

    Args:
        run: From `homophily.lab.runs.create`, its store on PostgreSQL.
        study: What is played; the workers load it from the run's source.
        design: The run's design.
        address: Of the cluster: ``auto`` or ``host:port``.
        workers: Workers at most, one core each; by default as many as the cluster has cores at any time.
        observers: Hear of every event.
        concurrency: Sessions under way at once, on all workers together.
        patience: Sessions that may fail, or workers that may be lost, in a row before the run stops.
        grace: Seconds that asks under way are given to come home when the run is stopped.
        silence: Seconds after which a worker that is not heard of is struck off, and plays no more.

    Returns:
        How far the run has come.

    Raises:
        UsageError: The store is a file, there is no such cluster, or a worker lacks something.
        HomophilyError: What else `homophily.lab.runner.play` raises.
    """
    if not run.store.startswith("postgresql"):
        raise UsageError(
            "a run on a cluster keeps its answers in PostgreSQL, which every machine can reach: start it "
            "with --store postgresql+asyncpg://user@host/database."
        )
    total, seats = survey(study, design), seat(design)
    limits = [int(each) for each in (getattr(s, "concurrency", None) for s in seats.values()) if each]
    terms = Terms(
        workers=workers,
        useful=min(limits, default=concurrency),
        concurrency=concurrency,
        patience=patience,
        grace=grace,
        silence=silence,
    )
    with locked(run.folder), joined(address) as cluster:
        store = await Store.open(run.store)
        try:
            await store.begin(run.name, study.name, run.design, total, time.time())
            sums = await reader.totals(store.engine, run.name)
            purse = Purse(design.budget, Spent(sums["asks"], sums["tokens"], sums["cost"]), seats)
            backlog = Backlog(study.sessions(design), await store.sessions(run.name), total)
            roll = Roll(store.engine, store.url, run.name)
            await Director(run, cluster, roll, purse, backlog, terms, observers).direct(total)
        finally:
            await store.close()
    return await status(run)
