"""A null respondent without opinions: always the middle of the scale, words about nothing.

Where there is no middle, a coin decides, fixed by the ask's seed: between the two middle points of a scale
with an even number of them, and between the options of a choice and the orders of a ranking, so that no
position is favoured. Of a list to choose several from it chooses none.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily.asks import Answer, Ask
from homophily.items import NOTHING, READ, Choice, Likert, Notice, Number, Ranking, Several, Value, Verdict
from homophily.respondents._reply import given
from homophily.respondents._synthetic.bank import bank
from homophily.respondents._synthetic.chance import coin, uniform

__all__ = ["Midpoint"]
__references__ = ("own",)


class Midpoint(BaseModel):
    """The middle, whoever sits in the seat and whoever is rated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(1, ge=0, description="Seed of the coins, together with each ask's own.")

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask.

        Raises:
            UsageError: A free text is asked for in a language other than English and Japanese.
        """
        words = self._words(ask) if isinstance(ask.item, Verdict) else ""
        return given(ask.item, self._say(ask), model="midpoint", words=words)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def _say(self, ask: Ask) -> Value:
        item, names = ask.item, (self.seed, "midpoint", ask.seed)
        if isinstance(item, Likert):
            total = item.low + item.high
            return total // 2 + (coin(2, *names) if total % 2 else 0)
        if isinstance(item, Number):
            return (item.low + item.high) / 2
        if isinstance(item, Choice):
            return item.options[coin(len(item.options), *names)].id
        if isinstance(item, Several):
            return NOTHING
        if isinstance(item, Ranking):  # no order is in the middle
            return ",".join(sorted((o.id for o in item.options), key=lambda id_: uniform(*names, id_)))
        if isinstance(item, Notice):
            return READ
        if isinstance(item, Verdict):
            return item.codes[coin(len(item.codes), *names, "verdict")]
        return self._words(ask)

    def _words(self, ask: Ask) -> str:
        texts = bank(ask.item.language).get("nothing")
        return texts[coin(len(texts), self.seed, "midpoint", ask.seed)].text
