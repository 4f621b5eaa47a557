"""Small studies to host, and a host around them."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import Field

from homophily.asks import Persona
from homophily.items import Choice, Likert, Notice, Number, Option, Ranking, Several, Text
from homophily.lab import Design, Run, Seat, Session, Study, Table, create, load_design
from homophily.studies._together import together
from homophily.web.host import Host, Settings, application, hosting
from tests.web.host.visitor import Visitor

FRUIT = (Option("a", "Apples"), Option("b", "Pears & plums"), Option("c", "<b>Cherries</b>"))


class Forms(Design):
    """The design of a study that asks everything once."""

    study: str = Field(default="forms", description="Name of the study.")
    respondents: dict[str, dict[str, Any]] = Field(
        default_factory=lambda: {"people": {"kind": "person"}}, description="Who takes part."
    )
    n: int = Field(default=4, ge=1, description="Sessions in each language.")


def sessions(design: Forms) -> Any:
    for number in range(design.n):
        for language in design.languages:
            yield Session(
                id=f"{language}/{number}",
                language=language,
                seats={
                    "me": Seat(
                        respondent=next(iter(design.respondents)), persona=Persona(id=f"p{number}", name="")
                    )
                },
                condition={"order": number % 2},
            )


async def play(table: Table) -> None:
    language = table.session.language

    async def ask(item: Any, at: str) -> Any:
        return (await table.ask("me", replace(item, language=language), at=at)).value

    await ask(Notice(id="n", text="Read this.\n\n- one\n- two"), "notice")
    await together(
        *(
            ask(item, item.id)
            for item in (
                Likert(id="likert", text="Do you agree?\n\nI like fruit.", labels={1: "No", 7: "Yes"}),
                Number(id="number", text="How many?", ends=("few", "many")),
                Choice(id="choice", text="Which?", options=FRUIT),
            )
        )
    )
    first = await table.shuffle(("x", "y"), at="drawn")
    await ask(Text(id="text", text=f"Say something about {first[0]}."), "text")
    await ask(Ranking(id="ranking", text="In which order?", options=FRUIT), "ranking")
    await ask(Several(id="several", text="Which ones?", options=FRUIT, most=2), "several")


study = Study(
    name="forms",
    title="Every kind of item",
    design=Forms,
    sessions=sessions,
    play=play,
    tables=lambda answers, design: {"answers": answers},
    plan=(),
    balance="order",
)
#: Pages of the study, and asks a person answers in it.
PAGES, ASKS = 5, 7

DYAD: dict[str, Any] = {
    "languages": ["en"],
    "agents": 4,
    "pairs.n": 2,
    "persona.design": "none",
    "dialogue.utterances": 4,
    "dialogue.topics": ["move"],
    "ratings.trust": "",
    "ratings.closeness": "",
    "values.instrument": "",
    "respondents": {"me": {"kind": "person"}, "other": {"kind": "synthetic"}},
    "seating.rule": "seats",
    "seating.a": "me",
    "seating.b": "other",
}
#: Limits of requests lifted: a test is faster than a person.
FAST = Settings(requests=0, arrivals=0)


@asynccontextmanager
async def opened(
    root: Path,
    *,
    of: Study = study,
    design: Design | None = None,
    settings: Settings = FAST,
    store: str | None = None,
) -> AsyncIterator[tuple[Host, Any]]:
    """A host and its application; the same root goes on with the same run."""
    chosen = design or Forms()
    run = create(of, chosen, root=root, store=store)
    async with hosting(run, of, chosen, settings, researcher="the researcher's token") as host:
        yield host, application(host)


def visited(
    root: Path, visit: Callable[[Host, Visitor], Awaitable[Any]], *, language: str = "en", **options: Any
) -> Run:
    """The run after a visit."""

    async def all_of_it() -> Run:
        async with opened(root, **options) as (host, app):
            visitor = Visitor(app, language)
            await visit(host, visitor)
            await visitor.close()
            return host.run

    return asyncio.run(all_of_it())


def dyad(**changes: Any) -> tuple[Study, Design]:
    """A dyad with a person in the first seat."""
    return load_design("dyads", {**DYAD, **changes})


def rows(run: Run, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a run's own store holds."""
    with sqlite3.connect(run.folder / "answers.db") as file:
        return file.execute(query, values).fetchall()


def whole(run: Run) -> bytes:
    """All bytes of a run's folder, the store's log among them."""
    return b"".join(path.read_bytes() for path in sorted(run.folder.rglob("*")) if path.is_file())
