"""Deciding: the verdict that a panellist gives."""

from __future__ import annotations

import math
from functools import lru_cache

from homophily.asks import Ask
from homophily.items import Verdict
from homophily.respondents._panel.hearing import Debate
from homophily.respondents._panel.phrases import phrases
from homophily.respondents._panel.settings import Settings, of
from homophily.respondents._synthetic.chance import normal, uniform

__all__ = ["decide", "log_odds"]


def decide(settings: Settings, ask: Ask, item: Verdict, debate: Debate) -> str:
    """A verdict drawn by the softmax of `log_odds`."""
    odds = log_odds(settings, item, debate)
    top = max(odds.values())
    weights = {verdict: math.exp(value - top) for verdict, value in odds.items()}
    left = uniform(settings.seed, "verdict", ask.seed) * sum(weights.values())
    for verdict, weight in weights.items():
        left -= weight
        if left < 0:
            return verdict
    return verdict


def log_odds(settings: Settings, item: Verdict, debate: Debate) -> dict[str, float]:
    """Each verdict's log-odds, up to a constant; the equation stands in `homophily.respondents.panelist`."""
    dilemma = _dilemma(settings.panel_seed, item.id, item.codes)
    mean = sum(settings.base.get(verdict, 0.0) for verdict in item.codes) / len(item.codes)
    odds = {
        verdict: settings.base.get(verdict, 0.0) - mean + settings.dilemma_sd * leaning
        for verdict, leaning in zip(item.codes, dilemma, strict=True)
    }
    if debate.own:
        odds[debate.own] += of(settings.inertia, debate.protocol)
    for verdict, times in debate.before.items():
        odds[verdict] += of(settings.conformity, debate.protocol) * times
    for verdict, times in debate.within.items():
        odds[verdict] += settings.conformity_within * times
    if settings.moved_by:
        known = phrases(item.language)
        for said in debate.last:
            if said.verdict:
                pull = sum(settings.moved_by.get(code, 0.0) for code in known.voiced(said.text))
                odds[said.verdict] += pull
    return odds


@lru_cache(maxsize=4096)
def _dilemma(seed: int, item: str, verdicts: tuple[str, ...]) -> tuple[float, ...]:
    """A dilemma's leanings in units of their sd before centring, centred over the verdicts."""
    drawn = [normal(seed, "dilemma", item, verdict) for verdict in verdicts]
    mean = sum(drawn) / len(drawn)
    return tuple(each - mean for each in drawn)
