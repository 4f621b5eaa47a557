"""Ratings of a partner, portraits of oneself and choices between actions: what is latent, and its scale."""

from __future__ import annotations

import math

from homophily.asks import Ask, Persona
from homophily.items import Choice, Likert, Number, Option
from homophily.respondents._synthetic import express
from homophily.respondents._synthetic.chance import normal, uniform
from homophily.respondents._synthetic.character import Character, alike, character
from homophily.respondents._synthetic.settings import Settings, of, outcome
from homophily.values import CODES

__all__ = ["choose", "latent", "on_scale", "portray", "rate"]


def rate(settings: Settings, ask: Ask) -> str:
    """The rating, as text, of a closed item that is not about one's own values."""
    return on_scale(ask.item, latent(settings, ask), 1, 7)


def portray(settings: Settings, ask: Ask) -> str:
    """How well a portrait fits, as text: the value held, drawn to the profile's level, with noise."""
    me = character(ask.persona, settings.own_values)
    slope = of(settings.values_slope, ask.item.language)
    stated = me.mean + slope * me.score(ask.item.measures)
    stated += settings.portrait_sd * _quirk(settings, ask, me.key, "")
    return on_scale(ask.item, stated, 1, 6)


def choose(settings: Settings, ask: Ask) -> str:
    """The letter of the action chosen, by a logistic model of how its value is held.

    Chance is tied to an option's id, so that the order in which options are shown changes nothing.
    """
    item = ask.item
    if not isinstance(item, Choice):
        raise TypeError(f"{item.kind} is not a choice")
    me = character(ask.persona, settings.own_values)

    def utility(option: Option) -> float:
        gumbel = -math.log(-math.log(uniform(settings.seed, "choice", ask.seed, option.id)))
        return settings.consistency * me.score(option.measures) + gumbel

    shown = item.letters()
    return max(shown, key=lambda letter: utility(shown[letter]))


def latent(settings: Settings, ask: Ask) -> float:
    """The latent rating, in points of seven, before rounding, clipping and turning.

    The equation stands in `homophily.respondents.synthetic`.
    """
    what, language = outcome(ask.item.measures), ask.item.language
    what = "closeness" if what == "circles" else what
    me = character(ask.persona, settings.own_values)
    y = of(settings.intercept, outcome(ask.item.measures), 4.0) + settings.language_shift.get(language, 0.0)
    y += settings.actor_sd * normal(settings.seed, "actor", what, me.key)
    if ask.partner is None:
        return y + settings.noise_sd * _quirk(settings, ask, me.key, "")
    partner = character(ask.partner, settings.own_values)
    y += settings.partner_sd * normal(settings.seed, "partner", what, partner.key)
    y += settings.pair_sd * normal(settings.seed, "pair", what, *sorted((me.key, partner.key)))
    y += settings.direction_sd * normal(settings.seed, "direction", what, me.key, partner.key)
    seen = _perceived(settings, ask, ask.partner, partner)
    if seen is not None:
        slope = of(settings.similarity_slope, outcome(ask.item.measures))
        slope += settings.language_slope.get(language, 0.0)
        y += slope * alike(me.centred, seen)
        y += sum(gain * seen[CODES.index(code)] for code, gain in settings.partner_values.items())
    return y + settings.noise_sd * _quirk(settings, ask, me.key, partner.key)


def on_scale(item: object, latent: float, low: float, high: float) -> str:
    """A latent answer on the scale `low`–`high`, stretched to the item's, turned, rounded and clipped."""
    if not isinstance(item, Likert | Number):
        raise TypeError(f"{item!r} has no scale")
    point = item.low + (latent - low) / (high - low) * (item.high - item.low)
    point = min(max(point, item.low), item.high)
    if item.reverse:
        point = item.low + item.high - point
    return str(math.floor(point + 0.5)) if isinstance(item, Likert) else f"{point:.2f}"


def _perceived(settings: Settings, ask: Ask, who: Persona, partner: Character) -> tuple[float, ...] | None:
    """The partner's centred values as the rater knows them; None if nothing is known."""
    said = [m.text for m in ask.history if m.speaker != ask.seat and m.name == who.name]
    if not said:
        return None
    if settings.perception == "profile":
        return partner.centred if who.profile else None
    return express.read(said, ask.item.language).centred


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
