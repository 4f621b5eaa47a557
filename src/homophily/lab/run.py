"""Running: a study from its first ask to its last, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from homophily.lab.design import Design
from homophily.lab.events import Observer
from homophily.lab.runs import Run, create
from homophily.lab.study import Study
from homophily.lab.waiting import wait

__all__ = ["run"]


def run(
    study: Study,
    design: Design,
    *,
    root: str | Path = "runs",
    store: str | None = None,
    fresh: bool = False,
    source: str | Path | None = None,
    cache: Path | None = None,
    observers: Sequence[Observer] = (),
) -> Run:
    """Play a design to its end; the same call goes on where an earlier one stopped.

    Args:
        study: What is played.
        design: With what settings.
        root: Folder of all runs.
        store: Database URL for the answers; the run's own folder by default.
        fresh: Start a new run beside those there are, and read no response cache.
        source: Where the study is found again; by default its name, or the file of its protocol.
        cache: File of the response cache; none by default.
        observers: Hear of every event.

    Returns:
        The run, for `homophily.lab.answers`.

    Raises:
        HomophilyError: As `homophily.lab.runner.play`; what was answered is kept.
    """
    from homophily.lab.runner import play

    playing = create(study, design, root=root, store=store, fresh=fresh, source=source)
    wait(play(playing, study, design, observers=observers, cache=cache))
    return playing
