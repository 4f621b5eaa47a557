"""The job here: a study whose sessions are agents, each filling in the statements one after another.

``python -m benchmarks.peers.asks_homophily JOB``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers._child import MODEL, Job, Kept, done, role, text
from pydantic import Field

from homophily.asks import Persona
from homophily.items import Likert
from homophily.lab import Design, Seat, Session, Study, Table, answers, open_run
from homophily.lab import run as play


class Questionnaire(Design):
    """The design: agents and statements."""

    study: str = Field(default="questionnaire", description="Name of the study.")
    agents: int = Field(default=1, ge=1, description="Agents.")
    items: int = Field(default=1, ge=1, description="Statements.")


def sessions(design: Questionnaire) -> Iterator[Session]:
    for agent in range(design.agents):
        persona = Persona(id=f"a{agent}", name=f"a{agent}")
        seat = Seat(respondent="model", persona=persona, system=role(agent))
        yield Session(id=f"en/{agent:05}", language="en", seats={"a": seat})


async def fill_in(table: Table) -> None:
    for number in range(table.design.items):
        item = Likert(id=f"s{number}", text=text(number))
        await table.ask("a", item, at=f"s/{number}", max_tokens=16)


STUDY = Study(
    name="questionnaire",
    title="A questionnaire",
    design=Questionnaire,
    sessions=sessions,
    play=fill_in,
    tables=lambda answers, design: {"answers": answers},
    plan=(),
)


def run(job: Job) -> None:
    chat = {"kind": "chat", "model": MODEL, "url": job.url, "concurrency": job.concurrency}
    design = Questionnaire(agents=job.agents, items=job.items, respondents={"model": chat})
    play(STUDY, design, root=job.folder)


def read(job: Job) -> Kept:
    (folder,) = Path(job.folder).glob("questionnaire-*")
    table = answers(open_run(folder))
    named = zip(table["session"], table["path"], table["value"], strict=True)
    return {(int(who.partition("/")[2]), int(what.partition("/")[2])): int(v) for who, what, v in named}


if __name__ == "__main__":
    done(run, read, "httpx2", "sqlalchemy", "aiosqlite")
