"""A synthetic panellist with known inertia and conformity, in two languages, to prove analyses against.

The verdict v on a dilemma d is drawn with

    P(v) ∝ exp(θ_v + φ_dv + α · [v = own last verdict] + γ_prev · n_prev(v) + γ_within · n_within(v)
               + Σ_others Σ_values δ_value · [the other's last reply voices the value and gives v])

with θ the leaning `base` and φ the dilemma's own, normal with `dilemma_sd`, both centred over the verdicts;
α `inertia`; n_prev the others' readable verdicts v in all rounds before, γ_prev `conformity`; n_within those
given earlier in this round, γ_within `conformity_within`; δ `moved_by`. φ is fixed by `panel_seed` and the
dilemma, so that panellists who share it read the same dilemma. (Centring takes a fifth of φ's variance away.)

It knows its ask alone: the counts are read from its history, as the protocol told them. Its words are
readable sentences that voice values of its repertoire and answer what others said.
"""

from __future__ import annotations

import json
from typing import Any

from homophily.asks import Answer, Ask
from homophily.errors import UsageError
from homophily.items import Verdict
from homophily.respondents._panel.arguing import argue
from homophily.respondents._panel.deciding import decide
from homophily.respondents._panel.hearing import hear
from homophily.respondents._panel.phrases import phrases
from homophily.respondents._panel.settings import Settings
from homophily.respondents._reply import spoken
from homophily.respondents._synthetic.chance import coin, uniform
from homophily.wording import ruled

__all__ = ["Panelist"]
__references__ = ("own", "sachdeva2026")

_EXCUSES = ("refusal", "unreadable", "ambiguous")


class Panelist(Settings):
    """A member of a debate panel whose truth is known: it gives verdicts by the model above."""

    async def answer(self, ask: Ask) -> Answer:
        """Answer one ask, from the ask and the settings alone.

        Raises:
            UsageError: The ask is for no verdict, or in a language other than English and Japanese.
        """
        item = ask.item
        if not isinstance(item, Verdict):
            raise UsageError(
                f"a panelist gives verdicts and cannot answer {item.id!r}: seat another kind there."
            )
        if self.missing_rate and uniform(self.seed, "missing", ask.seed) < self.missing_rate:
            kind = _EXCUSES[coin(len(_EXCUSES), self.seed, "excuse", ask.seed)]
            words = phrases(item.language).frames[f"excuses.{kind}"]
            raw = words[coin(len(words), self.seed, "words", ask.seed)]
            return spoken(item, raw, model="panelist", refused=kind == "refusal")
        debate = hear(ask, item)
        verdict = decide(self, ask, item, debate)
        words_ = argue(self, ask, item, debate, verdict)
        return Answer(value=verdict, raw=_written(item, verdict, words_), record={"model": "panelist"})

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings, the repertoire in effect among them."""
        return self.model_dump(mode="json") | {"repertoire": self.voices()}


def _written(item: Verdict, verdict: str, words: str) -> str:
    if not item.structured:
        return f"{ruled(verdict, item.language)}\n\n{words}"
    told = {"agent": item.agent, "round": item.round, "verdict": verdict, "explanation": words}
    return json.dumps(told, ensure_ascii=False)
