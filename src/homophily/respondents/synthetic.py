"""A synthetic respondent with known parameters, in English and Japanese, to prove analyses against.

A rating of a partner by a rater, in points of seven, is

    y = intercept + (similarity_slope + language_slope) · s + Σ_v partner_values_v · p_v
        + actor(rater) + partner(partner) + pair{rater, partner} + direction(rater → partner)
        + language_shift + noise(item)

with s the Pearson similarity of the rater's values and the partner's as the rater knows them, and p_v the
partner's centred value v, likewise. The effects and the noise are normal with the sds of the settings; of
the noise's variance the share `stability` is the same each time the rater is asked that item about that
partner. Before the partner has said anything, s = 0 and p = 0, and so for a partner without a profile unless
perception is by dialogue. Effects are drawn for each outcome (trust, closeness, similarity), belong to agents
by id and values, and hold in both languages. y is stretched to the item's scale, clipped, turned for a
reverse item, and rounded.

Rounding does not bend the slope; clipping does. Measured on the mean of 12 items with human profiles, the
slope found is .98 to .99 of the planted one at the defaults (2 to 4 % of answers at an end), .97 to .98 with
a slope of 2, .91 with an intercept of 5 (21 % at the ceiling) and .83 with 5.5 (34 %).

One's own values are stated as mean + values_slope · centred value + noise on the 1–6 scale. An action is
chosen with log-odds consistency · (value of the one − value of the other); options are put in order by the
same odds, and of a list to choose several from, a number drawn evenly from 0 to the most allowed is taken.
All chance comes from names: the settings' seed and the agents for lasting effects, the ask's seed for
passing ones.
"""

from __future__ import annotations

from typing import Any

from homophily.asks import Answer, Ask
from homophily.items import Choice, Likert, Ranking, Several, Text, Value
from homophily.respondents._reply import given, noted, spoken
from homophily.respondents._synthetic import rating, speech
from homophily.respondents._synthetic.bank import bank
from homophily.respondents._synthetic.chance import coin, uniform
from homophily.respondents._synthetic.settings import Settings
from homophily.values import CODES

__all__ = ["Synthetic"]
__references__ = ("own",)


class Synthetic(Settings):
    """A respondent whose truth is known: it answers from its seat's profile by the model above."""

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask, from the ask and the settings alone.

        Raises:
            UsageError: The item is in a language other than English and Japanese, or a profile lacks a value.
        """
        if notice := noted(ask.item, model="synthetic"):
            return notice
        words = bank(ask.item.language)
        if self.missing_rate and uniform(self.seed, "missing", ask.seed) < self.missing_rate:
            kind = coin(len(words.missing), self.seed, "excuse", ask.seed)
            if ask.item.kind == "text":  # nothing is unreadable as free text
                kind %= 2
            return spoken(ask.item, words.missing[kind], model="synthetic", refused=kind == 0)
        return given(ask.item, self._say(ask), model="synthetic")

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def _say(self, ask: Ask) -> Value:
        item = ask.item
        if isinstance(item, Text):
            return speech.utter(self, ask)
        if isinstance(item, Choice):
            return rating.choose(self, ask, item.options)
        if isinstance(item, Several):
            return rating.pick(self, ask, item)
        if isinstance(item, Ranking):
            return rating.order(self, ask, item)
        if isinstance(item, Likert) and item.measures in CODES:
            return rating.portray(self, ask)
        return rating.rate(self, ask)
