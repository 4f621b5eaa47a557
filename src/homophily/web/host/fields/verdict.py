"""A verdict on a dilemma: a button a verdict, and a box for the explanation."""

from __future__ import annotations

import json
from typing import Any

from homophily.dilemmas.verdict import MEANINGS
from homophily.items import Verdict
from homophily.web.host.fields._form import Form, first

__all__ = ["VerdictField"]


class VerdictField:
    """Reads and shows a `Verdict`."""

    @staticmethod
    def entered(item: Verdict, name: str, form: Form) -> str:
        """The object that is asked of models, so that all seats of a debate hear the same form."""
        verdict, explanation = first(form, name), first(form, f"{name}.why")
        if not verdict and not explanation:
            return ""
        told = {"agent": item.agent, "round": item.round, "verdict": verdict, "explanation": explanation}
        return json.dumps(told, ensure_ascii=False)

    @staticmethod
    def shown(item: Verdict, raw: str) -> dict[str, Any]:
        """The verdicts with their meanings, and the explanation so far."""
        try:
            told = json.loads(raw)
        except ValueError:
            told = {}
        meanings = MEANINGS.get(item.language, MEANINGS["en"])
        return {
            "verdicts": [
                {"value": code, "meaning": meanings.get(code, ""), "chosen": told.get("verdict") == code}
                for code in item.codes
            ],
            "explanation": told.get("explanation", ""),
        }
