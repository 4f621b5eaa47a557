"""What a respondent of the controllability study is told, in each language."""

from __future__ import annotations

__all__ = ["ROLE"]

#: The role. The persona design's paragraph follows, or nothing in the control.
ROLE = {
    "en": "You are taking part in a survey. Answer for yourself, in English.",
    "ja": "あなたはある調査に参加しています。自分自身のこととして、日本語で答えてください。",
}
