"""A judge of values without a model: weighted cues per value, in English and Japanese.

It answers a list of values to choose several from (`homophily.items.Several`) about the last message it
heard. Each value has strong cues, which weigh 2, and weak ones, which weigh 1; a value is named if the
distinct cues found for it weigh at least `threshold`, the heaviest first, up to the most allowed. Cues are
stems and phrases. The cue of a value that someone is blamed for lacking counts as much as one of praise, as
it would for a human reader; a cue that is dismissed ("this is not about money") counts nothing.

It knows words, not arguments. How good it is, beside chance and the most frequent values, is measured in
``benchmarks/judge_quality.py`` and told in ``docs/how-to/judge-values.md``.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from homophily.asks import Answer, Ask
from homophily.errors import UsageError
from homophily.items import NOTHING, Several
from homophily.respondents._lexicon.cues import Found, lexicon
from homophily.respondents._reply import given

__all__ = ["LexiconJudge"]
__references__ = ("own",)


class LexiconJudge(BaseModel):
    """Names the values whose words a message uses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    threshold: float = Field(default=2.0, gt=0, description="What a value's cues must weigh together.")
    files: dict[str, str] = Field(
        default={}, description="Lexicons of your own by language, as TOML files in the form of the shipped."
    )

    async def answer(self, ask: Ask) -> Answer:
        """The values voiced in the last message heard; the cues are kept in the record.

        Raises:
            UsageError: The item is of another kind, its values have no cues, or it is in another language.
        """
        item = ask.item
        if not isinstance(item, Several):
            raise UsageError(f"a lexicon judge cannot answer {item.id!r}: it only names values from a list.")
        cues = self.cues(ask.history[-1].text if ask.history else item.text, item)
        weights = {code: sum(cue.weight for cue in found) for code, found in cues.items()}
        named = [
            code for code in sorted(weights, key=lambda c: -weights[c]) if weights[code] >= self.threshold
        ]
        value = ",".join(sorted(named[: item.most])) or NOTHING
        answer = given(item, value, model="lexicon")
        told = {
            code: [cue.cue for cue in found] for code, found in cues.items() if code in named[: item.most]
        }
        return Answer(value=answer.value, raw=answer.raw, record={**answer.record, "cues": told})

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def describe(self) -> dict[str, Any]:
        """The effective settings."""
        return self.model_dump(mode="json")

    def cues(self, message: str, item: Several) -> dict[str, list[Found]]:
        """The cues found, by value, in the order of the item's list.

        Raises:
            UsageError: None of the item's options has cues, or there is no lexicon in its language.
        """
        known = lexicon(item.language, self.files.get(item.language, ""))
        options = [option.id for option in item.options if option.id in known.codes]
        if not options:
            raise UsageError(f"a lexicon judge has no cues for the options of {item.id!r}: give it `files`.")
        found = known.find(message)
        by_value = {code: [cue for cue in found if cue.value == code] for code in sorted(options)}
        return {code: cues for code, cues in by_value.items() if cues}
