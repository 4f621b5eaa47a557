"""Coding: open answers, one a page, in each coder's own order, without what would colour the reading."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from homophily import catalogue, seeds
from homophily.analysis._codebook import Theme, codebook
from homophily.errors import DataError
from homophily.lab import tidy
from homophily.lab.coding import joined
from homophily.records import schema
from homophily.records.codings import NONE, code, coded
from homophily.web.dashboard.office import Form, Office

__all__ = ["Coding"]


@dataclass(frozen=True, slots=True)
class _Answer:
    """An open answer: its key, the question as it was put, the words, their language."""

    key: tuple[str, str, str]
    question: str
    text: str
    language: str


class Coding:
    """Where two or more people say, each for themselves, which themes an answer shows.

    The coder sees question and answer alone: neither level, position nor participant, nor what others found.

    Args:
        office: Makes pages.
    """

    def __init__(self, office: Office) -> None:
        self._office, self._host = office, office.host

    async def show(self, request: Request, sent: Form) -> Response:
        """The next answer of a coder; who it is, if nobody has said so; or what was found so far."""
        coder = _name(request.query_params.get("coder", ""))
        if not coder:
            return await self._entrance(request)
        answers, rows = await self._answers(), await self._coded()
        own = {(row["session"], row["seat"], row["path"]) for row in rows if row["coder"] == coder}
        mine = sorted(answers, key=lambda answer: self._place(coder, answer))
        number = self._number(request, mine, own)
        if number is None:
            return self._office.page(
                request,
                "message",
                heading="Everything is coded" if mine else "Nothing to code yet",
                text=f"{len(own)} of {len(mine)} answers by {coder}.",
                link=("/researcher/coding", "To the coders"),
            )
        answer = mine[number]
        given = {
            row["theme"]
            for row in rows
            if row["coder"] == coder and (row["session"], row["seat"], row["path"]) == answer.key
        }
        return self._office.page(
            request,
            "coding",
            coder=coder,
            answer=answer,
            key="|".join(answer.key),
            number=number,
            total=len(mine),
            done=len(own & {each.key for each in mine}),
            themes=[self._theme(theme) for theme in self._book()],
            given=given,
            nothing=NONE in given,
            empty=request.query_params.get("empty") == "1",
        )

    async def keep(self, request: Request, sent: Form) -> Response:
        """What a coder found; then the next answer."""
        coder, known = _name(sent.get("coder", "")), {theme.id for theme in self._book()}
        key = tuple(sent.get("key", "").split("|"))
        answers = {answer.key for answer in await self._answers()}
        themes = [theme for theme in sent.get("theme", "").split("\n") if theme in known]
        nothing = sent.get("nothing") == "1"
        if not coder or len(key) != 3 or key not in answers:
            return RedirectResponse("/researcher/coding", 303)
        if not themes and not nothing:
            at = sent.get("number", "0")
            return RedirectResponse(f"/researcher/coding?coder={coder}&at={at}&empty=1", 303)
        host = self._host
        await code(host.store.engine, host.store.url, host.run.name, (key[0], key[1], key[2]), coder, themes)
        return RedirectResponse(f"/researcher/coding?coder={coder}", 303)

    async def _entrance(self, request: Request) -> Response:
        rows, answers = await self._coded(), await self._answers()
        read: dict[str, set[tuple[str, str, str]]] = {}
        for row in rows:
            read.setdefault(row["coder"], set()).add((row["session"], row["seat"], row["path"]))
        agreement = await asyncio.to_thread(self._agreement, rows) if len(read) > 1 else []
        return self._office.page(
            request,
            "coders",
            coders=[(coder, len(keys)) for coder, keys in sorted(read.items())],
            total=len(answers),
            agreement=agreement,
            themes=[self._theme(theme) for theme in self._book()],
        )

    def _agreement(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Cohen's kappa of every two coders, as the analysis `themes` tells it."""
        host = self._host
        tables = dict(host.study.tables(tidy.answers(host.run), host.design))
        if "open_answers" not in tables:
            return []
        tables["codings"] = joined(tables["open_answers"], rows)
        try:
            finding = catalogue.get("analysis", "themes")(tables, draws=500)
        except DataError:
            return []
        found = finding.estimates
        return list(found[found["term"].str.contains("kappa")].to_dict("records"))

    def _place(self, coder: str, answer: _Answer) -> int:
        """Where an answer stands in a coder's own order, which answers that come later do not change."""
        return seeds.derive(self._host.design.seed, "coding", coder, *answer.key)

    def _number(self, request: Request, mine: list[_Answer], own: set[Any]) -> int | None:
        """The answer asked for by its number, else the first not coded yet."""
        at = request.query_params.get("at", "")
        if at.isdigit() and int(at) < len(mine):
            return int(at)
        return next((number for number, answer in enumerate(mine) if answer.key not in own), None)

    def _book(self) -> tuple[Theme, ...]:
        options = [step.options for step in self._host.study.plan if step.analysis == "themes"]
        return codebook(options[0].get("book", "teammates") if options else "teammates")

    def _theme(self, theme: Theme) -> dict[str, str]:
        told = {name: getattr(theme, name) for name in ("name", "what", "example")}
        return {"id": theme.id, **{name: texts.get("en", "") for name, texts in told.items()}}

    async def _coded(self) -> list[dict[str, Any]]:
        return await coded(self._host.store.engine, self._host.store.url, self._host.run.name)

    async def _answers(self) -> list[_Answer]:
        """What people wrote to questions that are answered in their own words, in the store's order."""
        host, table, texts = self._host, schema.answers, schema.texts
        people = [name for name, given in host.design.respondents.items() if given.get("kind") == "person"]
        query = (
            select(table.c.session, table.c.seat, table.c.path, texts.c.text, table.c.value, table.c.language)
            .join(texts, texts.c.digest == table.c.wording)
            .where(
                table.c.run == host.run.name,
                table.c.kind == "text",
                table.c.respondent.in_(people),
                table.c.value.is_not(None),
            )
            .order_by(table.c.session, table.c.place)
        )
        async with host.store.engine.connect() as connection:
            return [
                _Answer((session, seat, path), question, str(value), language)
                for session, seat, path, question, value, language in await connection.execute(query)
            ]


def _name(text: str) -> str:
    """A coder's name: letters and digits, so that it can stand in a link and a table."""
    return "".join(letter for letter in text.strip() if letter.isalnum() or letter in "-_.")[:40]
