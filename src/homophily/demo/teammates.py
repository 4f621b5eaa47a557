"""Teammates in the demonstration: bots walk the participants' pages of a server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from itertools import count
from pathlib import Path

from homophily.demo.part import Part, Showing
from homophily.demo.studies import played_part

__all__ = ["teammates"]

#: Bots in each language.
_MORE, _FEW = 40, 10


def teammates(folder: Path, *, seed: int | None, quick: bool, quiet: bool, showing: Showing) -> Part:
    """Host the study on a port of this machine, let bots take part from the link to the code, and report.

    Args:
        folder: Where runs are kept.
        seed: Of the study; its own by default.
        quick: Fewer bots.
        quiet: Nothing to be quiet about: `showing` is.
        showing: Shows how many bots have reached the end.

    Raises:
        ModuleNotFoundError: The server's packages are not here.
    """
    import starlette  # noqa: F401
    import uvicorn  # noqa: F401

    from homophily.lab.loading import load_design
    from homophily.library import open_run
    from homophily.respondents.volunteer import Volunteer
    from homophily.web.bots import crowd, rehearsal

    bots = _FEW if quick else _MORE
    people = {"participants": bots, "respondents": {"person": {"kind": "person"}}}
    study, design = load_design("teammates", people | ({} if seed is None else {"seed": seed}))
    total, ended, volunteer = bots * len(design.languages), count(1), Volunteer()
    hosted = rehearsal(study, design, volunteer, kind="volunteer", folder=folder)
    with showing() as told, hosted as (run, url, token):
        told("bots", 0, total)
        walking = crowd(
            url,
            study,
            design,
            volunteer,
            token=token,
            participants=bots,
            done=lambda walked: told("bots", next(ended), total),
        )
        walked = asyncio.run(walking)
    part = played_part("teammates", open_run(run.folder))
    pages = sum(each.pages for each in walked)
    told_of = f"{sum(bool(each.code) for each in walked)} bots took part over HTTP"
    told_of += f" and sent {pages:,} pages, from the link to the completion code. " if pages else ". "
    return replace(part, found=told_of + part.found)
