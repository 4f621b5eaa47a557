"""Verdicts: one code of a closed list, with the words that explain it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from homophily.reading._objects import objects as read_objects
from homophily.reading._reasons import Reason, Unreadable
from homophily.reading._refusals import declines
from homophily.reading._rulings import Stated, mentioned, settled, stated
from homophily.reading._signs import fold
from homophily.reading._thoughts import spoken

__all__ = ["Ruling", "explained", "verdict"]

_FENCE = re.compile(r"```[A-Za-z]*")
_LEAD = re.compile(
    r"\A\s*(?:\*\*|__)?(?:explanation|reasoning|説明|理由)(?:\*\*|__)?\s*[:：](?:\*\*|__)?\s*", re.I
)
_HEADING = re.compile(
    r"^[\s#*_>【]*(?:verdict|judge?ment|explanation|reasoning|判定|説明|理由)[\s*_:：】]*$", re.IGNORECASE
)
_VERDICT = ("verdict", "判定")
_EXPLANATION = ("explanation", "説明", "理由")


class Ruling(NamedTuple):
    """A verdict's code, and its explanation without the line that states it."""

    verdict: str
    explanation: str


def verdict(raw: str, codes: Sequence[str], *, agent: str = "") -> Ruling:
    """The one verdict that `raw` states, in a JSON object's field ``verdict`` or in words.

    A statement is a labelled one ("Verdict: NTA", 「判定：NTA」), the code on a line of its own or leading a
    sentence, or else a sentence that says so ("I stay with NTA"). The code may be decorated (markdown,
    quotes, brackets, full-width letters) and glossed ("NTA (not at fault)"). Verdicts said to be another's,
    an earlier one, or a hypothetical one are not stated.

    Args:
        raw: The respondent's words.
        codes: The codes that could be given, in capitals.
        agent: The name under which the respondent speaks ("Agent 1"): a statement after another agent's name
            is that agent's.

    Raises:
        Unreadable: None is stated, or two different ones are.
    """
    text = _FENCE.sub("\n", spoken(raw)).strip()
    if not text:
        raise Unreadable("empty", "the answer is empty")
    objects, around = read_objects(text, strict=False)
    if objects:
        return _sealed(objects, around, codes, agent)
    if re.search(r"\{\s*[\"'“]?(?:agent|round|verdict|explanation|判定)\b", text, re.IGNORECASE):
        raise Unreadable("unreadable", f"broken JSON in {text[:80]!r}")
    return _told(text, codes, agent)


def explained(raw: str, codes: Sequence[str], *, agent: str = "") -> str:
    """The explanation in `raw`; all its words where no verdict can be read."""
    try:
        return verdict(raw, codes, agent=agent).explanation
    except Unreadable:
        text = spoken(raw).strip()
        objects, _ = read_objects(_FENCE.sub("\n", text), strict=False)
        words = [_field(found, _EXPLANATION) for found in objects]
        return next((word.strip() for word in words if isinstance(word, str) and word.strip()), text)


def _sealed(objects: Sequence[dict[str, Any]], around: str, codes: Sequence[str], agent: str) -> Ruling:
    """The ruling of JSON objects, which must agree with each other and with the text around them."""
    given = [found for found in objects if any(key.casefold() in _VERDICT for key in found)]
    if not given:
        raise Unreadable("unreadable", "the JSON object has no field 'verdict'")
    found = {_code(_field(each, _VERDICT), codes) for each in given}
    found |= {each.code for each in stated(fold(around), codes, agent) if each.rank < 2}
    if len(found) > 1:
        raise Unreadable("ambiguous", f"more than one verdict: {', '.join(sorted(found))}")
    words = _field(given[0], _EXPLANATION)
    return Ruling(found.pop(), words.strip() if isinstance(words, str) else around)


def _code(field: Any, codes: Sequence[str]) -> str:
    if not isinstance(field, str):
        raise Unreadable("unreadable", f"the field 'verdict' is {field!r}, no code")
    if not field.strip():
        raise Unreadable("empty", "the field 'verdict' is empty")
    found = stated(fold(field), codes, "")
    if not found:
        several = len(mentioned(fold(field), codes)) > 1
        raise Unreadable("ambiguous" if several else "off_scale", f"{field[:80]!r} is no verdict")
    return settled(found).code


def _told(text: str, codes: Sequence[str], agent: str) -> Ruling:
    """The ruling of words, line by line; what states it is taken out of the explanation."""
    lines = text.splitlines()
    found: list[tuple[int, Stated]] = []
    for place, line in enumerate(lines):
        found += [(place, each) for each in stated(fold(line), codes, agent)]
    if not found:
        raise Unreadable(_why(text, codes), f"no verdict stated in {text[:80]!r}")
    chosen = settled([each for _, each in found])
    for place, each in found:
        if each.code == chosen.code and each.rest is not None:
            lines[place] = each.rest
    left = "\n".join(line for line in lines if not _HEADING.match(line))
    return Ruling(chosen.code, _LEAD.sub("", left.lstrip()).strip())


def _why(text: str, codes: Sequence[str]) -> Reason:
    plain = fold(text)
    if len(mentioned(plain, codes)) > 1:
        return "ambiguous"
    return "refusal" if declines(plain) else "unreadable"


def _field(found: dict[str, Any], names: Iterable[str]) -> Any:
    return next((value for key, value in found.items() if key.casefold() in names), None)
