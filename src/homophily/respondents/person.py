"""A person in a browser: asks wait on a desk until their page is sent."""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from homophily.asks import Answer, Ask
from homophily.errors import UsageError

__all__ = ["Person"]
__references__ = ("own",)


class _Desk(Protocol):
    """Where asks wait for people."""

    async def put(self, ask: Ask) -> Answer:
        """The answer, however long it takes."""
        ...


class Person(BaseModel):
    """Whoever opens the study's link; ``homophily host`` serves the pages."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    skip: bool = Field(
        False, description="Whether each question can be left unanswered, recorded as a refusal."
    )
    unpaid: ClassVar[bool] = True
    _desk: _Desk | None = PrivateAttr(default=None)

    def sit(self, desk: _Desk) -> None:
        """Have the asks put on a desk."""
        self._desk = desk

    async def answer(self, ask: Ask) -> Answer:
        """What the person enters.

        Raises:
            UsageError: The study is not hosted.
        """
        if self._desk is None:
            raise UsageError(_UNHOSTED)
        return await self._desk.put(ask)

    async def check(self) -> None:
        """See to it that there is a desk."""
        if self._desk is None:
            raise UsageError(_UNHOSTED)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")


_UNHOSTED = (
    "a seat of this study is for a person, who answers in a browser: serve it with homophily host, or give "
    "the seat another kind of respondent."
)
