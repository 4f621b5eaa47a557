"""Arguing: the words with which a panellist explains its verdict and answers the others."""

from __future__ import annotations

import math
import random
from functools import lru_cache

from homophily.asks import Ask
from homophily.items import Verdict
from homophily.respondents._panel.hearing import Debate
from homophily.respondents._panel.phrases import Phrases, phrases
from homophily.respondents._panel.settings import Settings
from homophily.respondents._synthetic.chance import normal
from homophily.seeds import derive

__all__ = ["argue"]

_MOST = 5  # values that one reply voices


def argue(settings: Settings, ask: Ask, item: Verdict, debate: Debate, verdict: str) -> str:
    """An explanation in two paragraphs: where the speaker stands towards the others, and what counts for it.

    It voices each value of its repertoire by chance, more readily where dilemma and verdict call for it, and
    may take up one that another agent has voiced. It never speaks of an agent that has not spoken.
    """
    rng = random.Random(derive(settings.seed, "words", ask.seed))
    known = phrases(item.language)
    stance = known.join(_stance(known, debate, verdict, rng))
    reasons = [
        _fresh(known.values[code], debate.texts, rng)
        for code in _voiced(settings, item, debate, verdict, rng)
    ]
    return "\n\n".join(part for part in (stance, known.join(reasons)) if part)


def _stance(known: Phrases, debate: Debate, verdict: str, rng: random.Random) -> list[str]:
    with_ = known.names([s.name for s in debate.last if s.verdict == verdict] or [""])
    against = known.names([s.name for s in debate.last if s.verdict not in (None, verdict)] or [""])

    def frame(key: str, names: str = "") -> str:
        return rng.choice(known.frames[key]).format(names=names)

    opening = frame(f"opens.{verdict}")
    if debate.own is None:
        reaction = [frame("joins.with", with_)] if with_ else []
        reaction = reaction or ([frame("against.names", against)] if against else [])
        return [*reaction, opening]
    if verdict != debate.own:
        return [frame("moves.to", with_) if with_ else frame("moves.alone"), opening]
    keeps = frame("keeps.with", with_) if with_ else frame("keeps.alone")
    return [keeps, *([frame("against.names", against)] if against else []), opening]


def _voiced(settings: Settings, item: Verdict, debate: Debate, verdict: str, rng: random.Random) -> list[str]:
    called = _called(settings.panel_seed, item.id, verdict)
    drawn = []
    for code, share in settings.voices().items():
        odds = _logit(share) + settings.tilt * called[code]
        if rng.random() < 1 / (1 + math.exp(-odds)):
            drawn.append(code)
    if settings.adoption:
        known = phrases(item.language)
        heard = {code for said in debate.last for code in known.voiced(said.text)}
        drawn += [code for code in sorted(heard) if rng.random() < settings.adoption and code not in drawn]
    rng.shuffle(drawn)
    return drawn[:_MOST]


def _fresh(said: tuple[str, ...], texts: str, rng: random.Random) -> str:
    """A sentence that was not said in this debate yet, if there is one left."""
    return rng.choice([phrase for phrase in said if phrase not in texts] or list(said))


def _logit(share: float) -> float:
    held = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(held / (1 - held))


@lru_cache(maxsize=4096)
def _called(seed: int, item: str, verdict: str) -> dict[str, float]:
    """How much a dilemma and a verdict call for each value: standard normal."""
    return {code: normal(seed, "called", item, verdict, code) for code in phrases("en").values}
