"""Speech: one utterance that says what a character holds dear, in answer to what was said before."""

from __future__ import annotations

import math
import random
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from homophily.asks import Ask
from homophily.respondents._synthetic.bank import Bank, Move, Phrase, bank, heard
from homophily.respondents._synthetic.character import Character, character
from homophily.respondents._synthetic.settings import Settings
from homophily.seeds import derive
from homophily.values import CODES

__all__ = ["utter"]

#: Centred score from which a partner's value is agreed with; below its negative, seen otherwise.
STANCE = 0.25
#: Share of the reactions in words that would fit any value.
PLAIN = 0.35
#: Share of the utterances within a topic that end by asking the partner.
ASKING = 0.25


def utter(settings: Settings, ask: Ask) -> str:
    """The next utterance of a dialogue.

    It answers the value the partner spoke for last (agreeing where the speaker holds it too, seeing it
    otherwise where not), then speaks for a value of the speaker's own, drawn by the softmax of centred
    scores over `voice_temperature`. A topic is opened, and rounded off after `closing_after` own
    utterances. No phrase of the dialogue so far is used again while another is left, and nobody speaks for
    a value after speaking against it, or the other way round; both bend the softmax a little.
    """
    rng = random.Random(derive(settings.seed, "speech", ask.seed))
    scene = _scene(ask, character(ask.persona, settings.own_values))
    if scene.opening:
        reaction, against = scene.pick(rng, "open", topic=scene.topic), ""
    else:
        reaction, against = _react(scene, rng)
    parts = [reaction, _state(scene, settings.voice_temperature, against, rng)]
    if scene.turns >= settings.closing_after:
        parts.append(scene.pick(rng, "close", topic=scene.topic))
    elif scene.opening or rng.random() < ASKING:
        parts.append(scene.pick(rng, "ask"))
    return scene.bank.join([phrase.text for phrase in parts if phrase is not None])


@dataclass(frozen=True, slots=True)
class _Scene:
    """Where a dialogue stands, for who speaks next.

    Attributes:
        bank: What can be said.
        me: Who speaks.
        topic: What is talked about.
        opening: Whether nobody has spoken on it yet.
        turns: Own utterances on it so far.
        voiced: The value that the partner's last utterance speaks for; empty for none.
        used: Wordings said in the dialogue, by whomever.
        held: Values the speaker has spoken for.
        opposed: Values the speaker has spoken against.
    """

    bank: Bank
    me: Character
    topic: str
    opening: bool
    turns: int
    voiced: str
    used: AbstractSet[str]
    held: AbstractSet[str]
    opposed: AbstractSet[str]

    def pick(self, rng: random.Random, move: Move, value: str = "", topic: str = "") -> Phrase | None:
        """A phrase for a move that was not said yet; None if all were."""
        left = [phrase for phrase in self.bank.get(move, value, topic) if phrase.text not in self.used]
        return left[int(rng.random() * len(left))] if left else None


def _scene(ask: Ask, me: Character) -> _Scene:
    phrases = bank(ask.item.language)
    topic = phrases.topic(ask.item.id.partition("/")[2])
    used, held, opposed = set[str](), set[str](), set[str]()
    turns, voiced, about = 0, "", ""
    for message in ask.history:
        utterance = heard(message.text, phrases.language)
        used.update(utterance.texts)
        about = utterance.topic
        if message.speaker != ask.seat:
            voiced = utterance.value
            continue
        turns += about == topic
        held.add(utterance.value)
        if utterance.contrary:
            opposed.add(voiced)
        voiced = ""
    opening = not ask.history or about not in ("", topic)
    return _Scene(phrases, me, topic, opening, turns, voiced, used, held, opposed)


def _react(scene: _Scene, rng: random.Random) -> tuple[Phrase | None, str]:
    """What is said to the partner's last words, and the value that it speaks against, if any."""
    score, value = scene.me.score(scene.voiced), scene.voiced
    plain = rng.random() < PLAIN
    if score >= STANCE and value not in scene.opposed:
        kinds: list[tuple[Move, str]] = [("agree", value), ("yes", "")]
    elif score <= -STANCE and value not in scene.held:
        kinds = [("differ", value), ("no", "")]
    else:
        return scene.pick(rng, "neutral"), ""
    for move, about in reversed(kinds) if plain else kinds:
        phrase = scene.pick(rng, move, about)
        if phrase is not None:
            return phrase, value if score < 0 else ""
    return scene.pick(rng, "neutral"), ""


def _state(scene: _Scene, temperature: float, against: str, rng: random.Random) -> Phrase:
    """A phrase for a value of one's own: the value drawn first that has phrases left.

    The largest of scores with Gumbel noise is a draw from their softmax; the others follow in the order in
    which they would be drawn without it.
    """
    drawn = {
        code: score / temperature - math.log(-math.log(rng.random() or 0.5))
        for code, score in zip(CODES, scene.me.centred, strict=True)
    }
    order = sorted(CODES, key=lambda code: (code == against, code in scene.opposed, -drawn[code]))
    for code in order:
        phrase = scene.pick(rng, "value", code, scene.topic)
        if phrase is not None:
            return phrase
    return rng.choice(scene.bank.get("value", order[0], scene.topic))
