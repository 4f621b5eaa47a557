"""A synthetic participant of the teammates study with known parameters, in English and Japanese.

With s the Pearson similarity of the volunteer's own values and the agent's profile,

    felt   = 4 + leaning(volunteer) + moved,       moved = similarity_slope · s + impression(volunteer, agent)
    trust  = 3.1 + (trust_slope + slope(volunteer)) · moved + trust_between · leaning
    + trusting(volunteer) + relation(volunteer, agent)

in points of seven and of five. Items add noise, are turned where reverse, rounded and clipped. So trust rises
by ``trust_slope`` for each point of felt similarity within a volunteer; an analysis of *rated* similarity
finds less, by the reliability of the mean of its items, rounding and clipping: .95 of the planted slope at
the defaults (.332 of .35, standard error .004, in 20 plays of 89 volunteers). Suggestions are followed with
log-odds follow_level + follow_slope · (felt − 4); confidence follows felt similarity, sending in alone
follows trust, and the final ranking is by trust with Gumbel noise. What is written is a phrase labelled by
theme.

With ``trust_slope`` and ``follow_slope`` 0 a volunteer is a null participant: trust has nothing to do with
similarity, whatever is felt. Values are drawn from a population for each session, unless the seat has a
profile. All chance comes from names: the settings' seed and the session for what lasts, the ask's seed too
for what passes.
"""

from __future__ import annotations

import math
from typing import Any

from homophily.asks import Answer, Ask, Persona
from homophily.items import Choice, Item, Likert, Number, Ranking, Text, Value, chosen
from homophily.respondents._reply import given, noted, spoken
from homophily.respondents._synthetic.bank import bank
from homophily.respondents._synthetic.chance import coin, normal, uniform
from homophily.respondents._volunteer.opinion import MIDDLE, Opinion, held, opinion, stands_for
from homophily.respondents._volunteer.remarks import remark
from homophily.respondents._volunteer.settings import Settings
from homophily.values import CODES

__all__ = ["Volunteer"]
__references__ = ("own",)


class Volunteer(Settings):
    """A participant whose truth is known: it answers from its values by the model above."""

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask, from the ask and the settings alone.

        Raises:
            UsageError: The item is in a language other than English and Japanese.
        """
        if notice := noted(ask.item, model="volunteer"):
            return notice
        if self.missing_rate and uniform(self.seed, "missing", ask.seed) < self.missing_rate:
            kinds = 2 if ask.item.kind == "text" else 3  # nothing is unreadable as free text
            kind = coin(kinds, self.seed, "excuse", ask.seed)
            words = bank(ask.item.language).missing[kind]
            return spoken(ask.item, words, model="volunteer", refused=kind == 0)
        return given(ask.item, self._say(ask), model="volunteer")

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def _say(self, ask: Ask) -> Value:
        item, passing = ask.item, (self.seed, "volunteer", ask.seed)
        thought = self._thought(ask, ask.partner)
        if isinstance(item, Text):
            trust, felt = thought.trust - MIDDLE["trust"], thought.felt - MIDDLE["similarity"]
            return remark(item.language, trust, felt, *passing)
        if isinstance(item, Ranking):
            return ",".join(sorted((o.id for o in item.options), key=self._order(ask, item), reverse=True))
        if isinstance(item, Choice):
            return self._choose(ask, item, thought)
        if item.id == "teammates/age":
            return float(18 + int(52 * uniform(self.seed, "volunteer", ask.session, "age") ** 1.5))
        return self._rate(ask, item, thought)

    def _thought(self, ask: Ask, agent: Persona | None) -> Opinion:
        if agent is None:
            return Opinion(MIDDLE["similarity"], MIDDLE["trust"])
        own = held(self, ask.session, ask.persona)
        return opinion(self, ask.session, own, agent.id, stands_for(agent))

    def _order(self, ask: Ask, item: Ranking) -> Any:
        """How much an option of a ranking is wanted: a value as it is held, an agent as it is trusted."""
        own = held(self, ask.session, ask.persona)
        options = {option.id: option for option in item.options}

        def wanted(id_: str) -> float:
            codes = chosen(options[id_].measures or "none")
            if len(codes) <= 1:
                noise = self.portrait_sd / math.sqrt(2) * normal(self.seed, "order", ask.seed, id_)
                return (own[CODES.index(codes[0])] if codes and codes[0] in CODES else 0.0) + noise
            profile = [float(len(codes) - codes.index(code)) for code in CODES]
            gumbel = -math.log(-math.log(uniform(self.seed, "rank", ask.seed, id_)))
            return opinion(self, ask.session, own, id_, profile).trust + self.ranking_noise * gumbel

        return wanted

    def _choose(self, ask: Ask, item: Choice, thought: Opinion) -> str:
        ids = [option.id for option in item.options]
        chance = uniform(self.seed, "choice", ask.seed)
        if "decline" in ids:
            declines = uniform(self.seed, "volunteer", ask.session, "consent") < self.decline
            return "decline" if declines else next(id_ for id_ in ids if id_ != "decline")
        if "follow" not in ids:
            return ids[coin(len(ids), self.seed, "choice", ask.seed)]
        if "why" in ids and uniform(self.seed, "why", ask.seed) < self.asking:
            return "why"
        odds = self.follow_level + self.follow_slope * (thought.felt - MIDDLE["similarity"])
        return "follow" if chance < 1 / (1 + math.exp(-odds)) else "else"

    def _rate(self, ask: Ask, item: Item, thought: Opinion) -> int | float:
        about, _, facet = item.measures.partition(".")
        noise = normal(self.seed, "rating", ask.seed, item.id)
        if about == "attention":
            return _shown(item, float(facet) + (uniform(self.seed, "lapse", ask.seed) < self.lapse), 0, None)
        if about in CODES:
            own = held(self, ask.session, ask.persona)
            mean = sum(own) / len(own)
            stated = mean + self.values_slope * (own[CODES.index(about)] - mean)
            return _shown(item, stated, self.portrait_sd * noise, (1, 6))
        if about == "similarity":
            return _shown(item, thought.felt, self.similarity_noise * noise, (1, 7))
        if about == "confidence":
            sure = 4.6 + self.confidence_slope * (thought.felt - MIDDLE["similarity"])
            return _shown(item, sure, noise, (1, 7))
        if about == "alone":
            ready = 50 + self.alone_slope * (thought.trust - MIDDLE["trust"])
            return _shown(item, ready, self.alone_sd * noise, (0, 100))
        return _shown(item, thought.trust, self.trust_noise * noise, (1, 5))


def _shown(item: Item, latent: float, noise: float, scale: tuple[float, float] | None) -> int | float:
    """A latent answer on a scale, stretched to the item's, clipped, turned and rounded."""
    assert isinstance(item, Likert | Number)  # no other kind is rated
    low, high = scale or (item.low, item.high)
    point = item.low + (latent + noise - low) / (high - low) * (item.high - item.low)
    point = min(max(point, item.low), item.high)
    if item.reverse:
        point = item.low + item.high - point
    return math.floor(point + 0.5) if isinstance(item, Likert) else round(point)
