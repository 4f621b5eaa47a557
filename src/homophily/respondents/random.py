"""A null respondent that answers at random: every point and option equally likely, words about nothing.

What an analysis finds among such respondents is a false alarm.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily.asks import Answer, Ask
from homophily.items import NOTHING, READ, Choice, Likert, Notice, Number, Ranking, Several, Value, Verdict
from homophily.respondents._reply import given
from homophily.respondents._synthetic.bank import bank
from homophily.respondents._synthetic.chance import coin, uniform

__all__ = ["Random"]
__references__ = ("own",)


class Random(BaseModel):
    """Anything on the scale, whoever sits in the seat and whoever is rated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    seed: int = Field(1, ge=0, description="Seed of the answers, together with each ask's own.")

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask by its seed alone.

        Raises:
            UsageError: A free text is asked for in a language other than English and Japanese.
        """
        words = self._words(ask) if isinstance(ask.item, Verdict) else ""
        return given(ask.item, self._say(ask), model="random", words=words)

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def _say(self, ask: Ask) -> Value:
        item, names = ask.item, (self.seed, "random", ask.seed)
        if isinstance(item, Likert):
            return item.low + coin(item.high - item.low + 1, *names)
        if isinstance(item, Number):
            return round(item.low + (item.high - item.low) * uniform(*names), 2)
        if isinstance(item, Choice):
            return item.options[coin(len(item.options), *names)].id
        if isinstance(item, Several):
            return _some(item, *names)
        if isinstance(item, Ranking):
            return ",".join(sorted((o.id for o in item.options), key=lambda id_: uniform(*names, id_)))
        if isinstance(item, Notice):
            return READ
        if isinstance(item, Verdict):
            return item.codes[coin(len(item.codes), *names, "verdict")]
        return self._words(ask)

    def _words(self, ask: Ask) -> str:
        texts = bank(ask.item.language).get("nothing")
        return texts[coin(len(texts), self.seed, "random", ask.seed)].text


def _some(item: Several, *names: str | int) -> str:
    """Any number of options up to the most allowed, each number equally likely, then any of that many."""
    count = coin(min(item.most, len(item.options)) + 1, *names, "how many")
    drawn = sorted(item.options, key=lambda option: uniform(*names, option.id))[:count]
    return ",".join(sorted(option.id for option in drawn)) or NOTHING
