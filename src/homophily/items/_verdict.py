"""Verdicts on dilemmas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from homophily import reading
from homophily.dilemmas.verdict import VERDICTS
from homophily.items._item import Item

__all__ = ["Verdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict(Item):
    """A verdict on a dilemma with its explanation; the answer's value is the verdict's code.

    How to answer is told in the seat's role, not with the item: `text` is what was said to the seat last.

    Attributes:
        agent: The name under which the seat speaks ("Agent 1").
        round: Of the deliberation, from 1.
        structured: Whether an object is asked for, from servers that can be held to one.
        codes: The verdicts there are.
    """

    agent: str = ""
    round: int = 1
    structured: bool = True
    codes: tuple[str, ...] = VERDICTS

    kind: ClassVar[str] = "verdict"

    def schema(self) -> dict[str, Any]:
        """JSON schema: agent, round, verdict and explanation; empty where plain text is asked for."""
        if not self.structured:
            return {}
        fields: dict[str, Any] = {
            "agent": {"type": "string", "enum": [self.agent]},
            "round": {"type": "integer", "enum": [self.round]},
            "verdict": {"type": "string", "enum": list(self.codes)},
            "explanation": {"type": "string"},
        }
        return {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
        }

    def read(self, raw: str) -> str:
        """The code of the one verdict that `raw` states."""
        return reading.verdict(raw, self.codes, agent=self.agent).verdict

    def explanation(self, raw: str) -> str:
        """The words of `raw` without the verdict; all of them where no verdict can be read."""
        return reading.explained(raw, self.codes, agent=self.agent)
