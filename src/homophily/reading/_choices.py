"""Letters of options."""

from __future__ import annotations

import re
from collections.abc import Mapping

from homophily.reading._envelope import Letter, unseal
from homophily.reading._reasons import Unreadable
from homophily.reading._signs import key
from homophily.reading._statements import TAIL, agreed, settle

__all__ = ["letter"]

_LETTER = re.compile(
    rf"(?:(?:the )?(?:option|choice)|選択肢|案)?\s*[(\[「『\"']*([A-Za-z])[)\]」』\"']*{TAIL}", re.IGNORECASE
)
_LETTER_WORDING = re.compile(r"[(\[]?([A-Za-z])\s*[-–—―:=.,、)\]\s]+(.+)", re.DOTALL)


def letter(raw: str, options: Mapping[str, str]) -> str:
    """The letter of the option that `raw` names, by letter, by exact wording, or by both in agreement.

    Args:
        raw: The respondent's words.
        options: Wordings by the capital letter they are shown under.

    Raises:
        Unreadable: It names none, several, or a letter that was not shown.
    """
    keys = {shown: key(wording) for shown, wording in options.items()}

    def parse(piece: str) -> str | None:
        worded = [shown for shown, wording in keys.items() if wording == key(piece)]
        if len(worded) > 1:
            raise Unreadable("ambiguous", "two options have this wording")
        if worded:
            return worded[0]
        both = _LETTER_WORDING.fullmatch(piece)
        if both and key(both[2]) in keys.values():
            if keys.get(both[1].upper()) != key(both[2]):
                raise Unreadable("ambiguous", f"letter and wording differ in {piece[:80]!r}")
            return both[1].upper()
        alone = _LETTER.fullmatch(piece)
        if not alone:
            return None
        if alone[1].upper() not in options:
            raise Unreadable("off_scale", f"no option {alone[1]!r} was shown")
        return alone[1].upper()

    def others(around: str, chosen: str) -> bool:
        return bool(_mentioned(around, options) - {chosen})

    def read(text: str) -> str:
        try:
            return settle(text, parse, others)
        except Unreadable as fault:
            if fault.reason == "unreadable" and len(_mentioned(text, options)) > 1:
                raise Unreadable("ambiguous", f"more than one letter in {text[:80]!r}") from None
            raise

    envelope = unseal(raw)
    if not isinstance(envelope, Letter):
        return read(envelope)
    if not isinstance(envelope.answer, str):
        raise Unreadable("unreadable", f"the field 'answer' is {envelope.answer!r}, no letter")
    return agreed(read(envelope.answer), envelope.around, read)


def _mentioned(text: str, options: Mapping[str, str]) -> set[str]:
    """The options' letters that stand alone in `text`."""
    return {shown for shown in options if re.search(rf"(?<![A-Za-z']){shown}(?![A-Za-z'])", text)}
