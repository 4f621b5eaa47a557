"""Statements: the part of an answer's text that states the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from homophily.reading._reasons import Reason, Unreadable
from homophily.reading._refusals import declines
from homophily.reading._signs import bare

__all__ = ["TAIL", "agreed", "settle"]

T = TypeVar("T")

_NOUN = r"(?:answer|rating|response|score|choice|selection)"
_LEAD = re.compile(
    rf"\b(?:(?:my|the) )?(?:final |overall )?{_NOUN}\s*(?:is|would be|[:=])\s*"
    r"|\bi(?:'d| would|'ll| will)? (?:say|choose|pick|select|answer|go with|go for)\b:?\s*"
    r"|(?:私の|最終的な)?(?:回答|答え|解答|評価|評定|選択|点数|スコア|番号)\s*(?:は|が|[:=])\s*、?\s*"
    r"|私(?:は|なら)、?\s*",
    re.IGNORECASE,
)
#: How a Japanese statement may end.
TAIL = (
    r"(?:\s*(?:です|だ|である|(?:だ|である)?と(?:思い|考え|答え|回答し)ます"
    r"|(?:を|に)(?:選び|選択し|し)ます|とします))?"
)
_BREAK = re.compile(r"\n+|(?<=[。!])|(?<=\.)\s+|[,;]?\s+(?=(?:because|since)\b)", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|never|nor|wrong)\b|n't\b|n’t\b|ない|ません", re.IGNORECASE)


def settle(text: str, parse: Callable[[str], T | None], others: Callable[[str, T], bool]) -> T:
    """The one answer that a folded text states.

    Args:
        text: What was written.
        parse: The answer that a piece of text is, None if it is none; raises `Unreadable` for what has an
            answer's form but is not one, such as a number off the scale.
        others: Whether a text around the statement of an answer mentions a different one.

    Raises:
        Unreadable: None is stated, several are, or what is stated is no answer.
    """
    if not text.strip():
        raise Unreadable("empty", "the answer is empty")
    whole = parse(bare(text))
    if whole is not None:
        return whole
    answers: list[T] = []
    faults: list[Unreadable] = []
    around: list[str] = []
    for piece in _BREAK.split(text):
        try:
            said = next(_said(piece, parse), None)
        except Unreadable as fault:
            faults.append(fault)
            continue
        if said is None:
            around.append(piece)
        else:
            answers.append(said[0])
            around.append(said[1])
    if not answers and len(faults) == 1:
        raise faults[0]
    if not answers and not faults:
        reason: Reason = "refusal" if declines(text) else "unreadable"
        raise Unreadable(reason, f"no answer stated in {text[:80]!r}")
    if len(set(answers)) != 1 or faults or others("\n".join(around), answers[0]):
        raise Unreadable("ambiguous", f"more than one answer in {text[:80]!r}")
    return answers[0]


def agreed(answer: T, around: str, read: Callable[[str], T]) -> T:
    """`answer`, unless the text around its envelope states a different one."""
    try:
        other = read(around) if around else answer
    except Unreadable:
        return answer
    if other != answer:
        raise Unreadable("ambiguous", f"{answer!r}, with {around[:80]!r} around it")
    return answer


def _said(piece: str, parse: Callable[[str], T | None]) -> Iterator[tuple[T, str]]:
    """The answer of a piece with the words before it: the piece alone, or what follows a lead-in."""
    alone = parse(bare(piece))
    if alone is not None:
        yield alone, ""
    leads = list(_LEAD.finditer(piece))
    for lead in [*leads[:1], *leads[1:][-1:]]:  # the outermost and innermost: long chatter stays cheap
        before = piece[: lead.start()]
        clause = re.split(r"[,;:、]|\bbut\b", before)[-1]
        after = None if _NEGATION.search(clause) else parse(bare(piece[lead.end() :]))
        if after is not None:
            yield after, before
