"""Verdicts: the five answers to whether the one who tells of a conflict did wrong."""

from __future__ import annotations

__all__ = ["MEANINGS", "VERDICTS"]

#: The codes, in the order of every table.
VERDICTS = ("YTA", "NTA", "ESH", "NAH", "INFO")

#: What each verdict says, by language and code, in one line.
MEANINGS: dict[str, dict[str, str]] = {
    "en": {
        "YTA": "the author is at fault, and the other side is not",
        "NTA": "the author is not at fault; the other side is",
        "ESH": "everyone involved is at fault",
        "NAH": "no one involved is at fault",
        "INFO": "something decisive is left out, so that no verdict can be given yet",
    },
    "ja": {
        "YTA": "投稿者に非があり、相手側に非はない",
        "NTA": "投稿者に非はなく、相手側に非がある",
        "ESH": "関わった全員に非がある",
        "NAH": "関わった誰にも非はない",
        "INFO": "肝心な点が書かれておらず、まだ判断できない",
    },
}
