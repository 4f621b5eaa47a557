"""Ratings of a partner, portraits of oneself and choices between actions: what is latent, and its scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from homophily.asks import Ask, Persona
from homophily.errors import UsageError
from homophily.items import NOTHING, Item, Likert, Number, Option, Ranking, Several
from homophily.respondents._synthetic import express
from homophily.respondents._synthetic.chance import coin, normal, uniform
from homophily.respondents._synthetic.character import Character, alike, character
from homophily.respondents._synthetic.settings import Settings, kin, of, outcome
from homophily.values import CODES

__all__ = ["choose", "latent", "on_scale", "order", "pick", "portray", "rate"]


def rate(settings: Settings, ask: Ask) -> int | float:
    """The rating of a closed item that is not about one's own values."""
    return on_scale(ask.item, latent(settings, ask), 1, 7)


def portray(settings: Settings, ask: Ask) -> int | float:
    """How well a portrait fits: the value held, drawn to the profile's level, with noise."""
    me = character(ask.persona, settings.own_values)
    slope = of(settings.values_slope, ask.item.language)
    stated = me.mean + slope * me.score(ask.item.measures)
    stated += settings.portrait_sd * _quirk(settings, ask, me.key, "")
    return on_scale(ask.item, stated, 1, 6)


def choose(settings: Settings, ask: Ask, options: Sequence[Option]) -> str:
    """The id of the action chosen, by a logistic model of how its value is held.

    Chance is tied to an option's id, so that the order in which options are shown changes nothing.
    """
    return _ranked(settings, ask, options)[0].id


def pick(settings: Settings, ask: Ask, item: Several) -> str:
    """Some options of a list: how many is drawn evenly, which ones as `choose` would take them in turn."""
    count = coin(min(item.most, len(item.options)) + 1, settings.seed, "how many", ask.seed)
    taken = _ranked(settings, ask, item.options)[:count]
    return ",".join(sorted(option.id for option in taken)) or NOTHING


def order(settings: Settings, ask: Ask, item: Ranking) -> str:
    """All options of a list, as `choose` would take them in turn."""
    return ",".join(option.id for option in _ranked(settings, ask, item.options))


def _ranked(settings: Settings, ask: Ask, options: Sequence[Option]) -> list[Option]:
    """Options by their utility, best first: how their value is held, with Gumbel noise."""
    me = character(ask.persona, settings.own_values)

    def utility(option: Option) -> float:
        gumbel = -math.log(-math.log(uniform(settings.seed, "choice", ask.seed, option.id)))
        return settings.consistency * me.score(option.measures) + gumbel

    return sorted(options, key=utility, reverse=True)


def latent(settings: Settings, ask: Ask) -> float:
    """The latent rating, in points of seven, before rounding, clipping and turning.

    The equation stands in `homophily.respondents.synthetic`.
    """
    what, language = outcome(ask.item.measures), ask.item.language
    me = character(ask.persona, settings.own_values)
    y = of(settings.intercept, what, 4.0) + settings.language_shift.get(language, 0.0)
    if ask.partner is None:
        y += settings.actor_sd * _actor(settings.seed, what, me.key)
        return y + settings.noise_sd * _quirk(settings, ask, me.key, "")
    partner = character(ask.partner, settings.own_values)
    actor, liked, pair, direction = _relation(settings.seed, what, me.key, partner.key)
    y += settings.actor_sd * actor + settings.partner_sd * liked
    y += settings.pair_sd * pair + settings.direction_sd * direction
    seen = _perceived(settings, ask, ask.partner, partner)
    if seen is not None:
        slope = of(settings.similarity_slope, what) + settings.language_slope.get(language, 0.0)
        y += slope * alike(me.centred, seen)
        y += sum(gain * seen[CODES.index(code)] for code, gain in settings.partner_values.items())
    return y + settings.noise_sd * _quirk(settings, ask, me.key, partner.key)


def on_scale(item: Item, latent: float, low: float, high: float) -> int | float:
    """A latent answer on the scale `low`–`high`, stretched to the item's, turned, rounded and clipped."""
    if not isinstance(item, Likert | Number):
        raise UsageError(
            f"synthetic respondents cannot answer {item.id!r}: items of kind {item.kind!r} are new."
        )
    point = item.low + (latent - low) / (high - low) * (item.high - item.low)
    point = min(max(point, item.low), item.high)
    if item.reverse:
        point = item.low + item.high - point
    return math.floor(point + 0.5) if isinstance(item, Likert) else round(point, 2)


def _actor(seed: int, what: str, rater: int) -> float:
    return normal(seed, "actor", kin(what), rater)


@lru_cache(maxsize=16384)  # the same for every item that one agent rates another by
def _relation(seed: int, what: str, rater: int, partner: int) -> tuple[float, float, float, float]:
    """Standard effects of actor, partner, pair and direction; the pair's is the same both ways."""
    what = kin(what)
    return (
        _actor(seed, what, rater),
        normal(seed, "partner", what, partner),
        normal(seed, "pair", what, min(rater, partner), max(rater, partner)),
        normal(seed, "direction", what, rater, partner),
    )


def _perceived(settings: Settings, ask: Ask, who: Persona, partner: Character) -> tuple[float, ...] | None:
    """The partner's centred values as the rater knows them; None if nothing is known."""
    if settings.perception == "dialogue":
        said = tuple([m.text for m in ask.history if m.name == who.name and m.speaker != ask.seat])
        return _inferred(said, ask.item.language) if said else None
    met = any(m.name == who.name and m.speaker != ask.seat for m in ask.history)
    return partner.centred if met and who.profile else None


@lru_cache(maxsize=1024)  # a transcript is rated by many items
def _inferred(said: tuple[str, ...], language: str) -> tuple[float, ...]:
    return express.read(said, language).centred


def _quirk(settings: Settings, ask: Ask, rater: int, partner: int | str) -> float:
    """Standard noise of one item: a part that is the rater's own and comes back, a part of the occasion."""
    noise = 0.0
    if settings.stability > 0:
        lasting = normal(settings.seed, "item", rater, partner, ask.item.id)
        noise += math.sqrt(settings.stability) * lasting
    if settings.stability < 1:
        passing = normal(settings.seed, "occasion", ask.seed, ask.item.id)
        noise += math.sqrt(1 - settings.stability) * passing
    return noise
