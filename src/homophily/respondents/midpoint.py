"""A null respondent without opinions: always the middle of the scale, words about nothing.

Where there is no middle, a coin decides, fixed by the ask's seed: between the two middle points of a scale
with an even number of them, and between the options of a choice, so that no position is favoured.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily.asks import Answer, Ask
from homophily.items import Choice, Likert, Number
from homophily.respondents._reply import reply
from homophily.respondents._synthetic.bank import bank
from homophily.respondents._synthetic.chance import coin

__all__ = ["Midpoint"]


class Midpoint(BaseModel):
    """The middle, whoever sits in the seat and whoever is rated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(1, ge=0, description="Seed of the coins, together with each ask's own.")

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask.

        Raises:
            UsageError: A free text is asked for in a language other than English and Japanese.
        """
        return reply(ask.item, self._say(ask), model="midpoint")

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def _say(self, ask: Ask) -> str:
        item, names = ask.item, (self.seed, "midpoint", ask.seed)
        if isinstance(item, Likert):
            total = item.low + item.high
            return str(total // 2 + (coin(2, *names) if total % 2 else 0))
        if isinstance(item, Number):
            return f"{(item.low + item.high) / 2:g}"
        if isinstance(item, Choice):
            return list(item.letters())[coin(len(item.options), *names)]
        texts = bank(item.language).get("nothing")
        return texts[coin(len(texts), *names)].text
