"""A recorded run answers again: the same asks get the answers they got, for nothing."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import asdict, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from homophily.asks import Answer, Ask, Usage
from homophily.errors import HomophilyError, RespondentError

__all__ = ["Replay"]
__references__ = ("own",)

_SESSIONS = 512


class Replay(BaseModel):
    """Answers by session, seat and path from a run's record, missing answers included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str = Field(min_length=1, description="Folder of the recorded run, or URL of its store.")
    name: str | None = Field(None, description="Name of the run, where a store holds several.")

    _engine: Any = PrivateAttr(None)
    _loop: asyncio.AbstractEventLoop | None = PrivateAttr(None)
    _opening: asyncio.Task[tuple[Any, str]] | None = PrivateAttr(None)
    _run: str = PrivateAttr("")
    _sessions: OrderedDict[str, asyncio.Task[dict[tuple[str, str], dict[str, Any]]]] = PrivateAttr(
        default_factory=OrderedDict
    )

    async def answer(self, ask: Ask) -> Answer:
        """The recorded answer; its usage moves into its record, since nothing is spent again.

        Raises:
            RespondentError: This was not asked in the recorded run.
            UsageError: There is no such run.
            DataError: Its store cannot be read.
        """
        from homophily.records import rows

        kept = (await self._session(ask.session)).get((ask.seat, ask.path))
        if kept is None:
            raise RespondentError(
                f"the run {self.run!r} holds no answer of seat {ask.seat!r} at {ask.path!r} in session "
                f"{ask.session!r}: replay the design that was recorded, or finish that run first."
            )
        recorded = rows.answer(kept)
        record = {**recorded.record, "replayed": self._run, "first_usage": asdict(recorded.usage)}
        return replace(recorded, usage=Usage(), cached=False, record=record)

    async def aclose(self) -> None:
        """Let go of the store."""
        engine, self._engine, self._opening = self._engine, None, None
        self._sessions.clear()
        if engine is not None and self._loop is asyncio.get_running_loop():
            await engine.dispose()

    async def check(self) -> None:
        """See to it that the recorded run can be read."""
        await self._open()

    def describe(self) -> dict[str, Any]:
        """Which run answers."""
        return self.model_dump(mode="json")

    async def _session(self, session: str) -> dict[tuple[str, str], dict[str, Any]]:
        """A session's rows; read once for all seats that ask at the same time."""
        from homophily.records import reader

        await self._open()
        reading = self._sessions.get(session)
        if reading is None:
            reading = asyncio.ensure_future(reader.recorded(self._engine, self._run, session))
            self._sessions[session] = reading
            if len(self._sessions) > _SESSIONS:
                self._sessions.popitem(last=False)
        return await asyncio.shield(reading)

    async def _open(self) -> None:
        """Open the store, once for all who ask at the same time, and anew in another event loop."""
        loop = asyncio.get_running_loop()
        if self._opening is None or self._loop is not loop:
            self._sessions.clear()
            self._opening, self._loop = loop.create_task(self._connect()), loop
        self._engine, self._run = await asyncio.shield(self._opening)

    async def _connect(self) -> tuple[Any, str]:
        from homophily.records import reader
        from homophily.records.database import connect, whereabouts

        url, name = whereabouts(self.run)
        engine = await connect(url)
        try:
            return engine, await reader.only_run(engine, self.name or name)
        except HomophilyError:
            await engine.dispose()
            raise
