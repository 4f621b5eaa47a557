"""Rulings: the parts of a text that state a verdict as the speaker's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from homophily.reading._reasons import Unreadable

__all__ = ["Stated", "mentioned", "settled", "stated"]


class Stated(NamedTuple):
    """One statement of a verdict.

    Attributes:
        code: Of the verdict.
        rank: 0 labelled, 1 on a line of its own, 2 leading a sentence, 3 said within one.
        rest: What is left of its line without the statement; None where the line stays whole.
    """

    code: str
    rank: int
    rest: str | None


#: Wordings that stand for a code where one is expected, as far as they are in general use.
_WORDED = (
    (r"(?:you(?:'|’)?re |you are )?not the a(?:ss|-)?hole", "NTA"),
    (r"(?:you(?:'|’)?re |you are )the a(?:ss|-)?hole", "YTA"),
    (r"everyone sucks(?: here)?", "ESH"),
    (r"no a(?:ss|-)?holes?(?: here)?", "NAH"),
    (r"(?:not enough|needs? more) info(?:rmation)?", "INFO"),
)
_OPEN = r"[\s\"'“”‘’「『【〈《<(\[{_]*"
_CLOSE = r"[\s\"'“”‘’」』】〉》>)\]}_]*"
_TAIL = (
    r"(?:(?:です|だ|である|(?:だ|である)?と(?:思い|考え|判断し|判定し)ます"
    r"|(?:を|に|と)(?:し|選び|支持し)ます))?"
)
_LABEL = (
    r"(?:(?:my|our|the|this|final|current|updated|revised|new|overall|own)\s+)*"
    r"(?:verdict|judge?ment|ruling|vote)(?:\s+(?:for|in|of)\s+(?:this\s+round|round\s+\d+))?"
    r"(?:\s*\([^)]{0,20}\))?\s*(?:(?:is|remains|stays|has changed to|would be)\b|[:=\-–—])\s*"
    r"(?:(?:still|now|therefore|again)\b\s*)*"
    r"|(?:(?:私の|最終的な|最終|今回の|現在の)\s*)*(?:判定|評決|結論)\s*(?:\([^)]{0,20}\))?"
    r"\s*(?:は|も|[:=]|[】\]」』)]\s*:?)\s*(?:(?:引き続き|変わらず|やはり|今回も)?、?\s*)"
)
_OTHERS = re.compile(
    r"(?:\b(?:initial|original|first|earlier|previous|prior|last|their|his|her|your|its|whose|other(?:'s|’s)?"
    r"|another(?:'s|’s)?)|(?:最初|前回|当初|以前|相手|他方|ほか|他の?エージェント)の?)\s*$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:agent|エージェント)\s*(\d+)(?:'s|’s|の)?\s*(?:\([^)]*\))?\s*:?\s*$", re.IGNORECASE)
_SUPPOSED = re.compile(r"\b(?:if|unless|had|were|suppose)\b|もし|なら|たら|れば", re.IGNORECASE)
_DENIED = re.compile(r"\s*(?:では(?:ない|ありません|なく)|じゃ(?:ない|なく)|\?)")
_APART = re.compile(
    r"(?:\b(?:not|never|than|of|unlike|from|over|against|agent\s*\d+(?:'s|’s)?|their|say|says|said)\s*\W*"
    r"|(?:エージェント)\s*\d+の?\W*)$",
    re.IGNORECASE,
)
_BREAK = re.compile(r"(?<=[。!])|(?<=[.!])\s+")
_SAID = (
    r"\b(?:I|we)(?:(?:'|’)(?:d|ll|m|ve)|\s+(?:would|will|still|now|also|therefore|am|have|must))*\s+"
    r"(?:say|vote(?:\s+for)?|go(?:ing)?\s+with|choose|pick|stay(?:ing)?\s+(?:with|at)|stick(?:ing)?\s+with|"
    r"stand(?:ing)?\s+by|maintain|keep|rule|judge|conclude|(?:chang|switch|mov)(?:e|ed|ing)?"
    r"(?:\s+(?:my|the)\s+verdict)?(?:\s+from\s+\w+)?\s+to)\s+(?:that\s+)?"
    r"(?:(?:this|it|you|OP|the\s+(?:author|poster|writer)|they)(?:(?:'|’)(?:s|re)|\s+is|\s+are)?\s+)?"
    r"(?:(?:for|as|an?|my|verdict|of)\s+)*"
    r"|\b(?:you(?:(?:'|’)re|\s+are)|OP\s+is|this\s+is|it(?:'|’)s|it\s+is)\s+(?:(?:clearly|definitely|simply|an?)\s+)*"
)
_SAID_JA = (
    r"(?:を(?:選び|支持し|維持し|取り)|に(?:変え|変更し|改め|し)|の(?:まま|立場)"
    r"|(?:だ|である)?と(?:思い|考え|判断し|判定し))"
)


class _Forms(NamedTuple):
    code: re.Pattern[str]
    label: re.Pattern[str]
    alone: re.Pattern[str]
    leading: re.Pattern[str]
    said: re.Pattern[str]


@lru_cache(maxsize=32)
def _forms(codes: tuple[str, ...]) -> _Forms:
    one = "|".join(codes)
    worded = "|".join(f"(?P<w{place}>{form})" for place, (form, code) in enumerate(_WORDED) if code in codes)
    code = rf"(?<![A-Za-z])(?P<code>{one})(?![A-Za-z])"
    either = rf"(?:{code}{'|' + worded if worded else ''})"
    gloss = rf"{_CLOSE}{_TAIL}\s*(?:[(\[][^()\[\]]{{0,160}}[)\]])?{_CLOSE}{_TAIL}\s*[.。!]*\s*"
    said = rf"(?P<en>(?i:{_SAID})){_OPEN}(?<![A-Za-z])(?P<code>{one})(?![A-Za-z])"
    said_ja = rf"(?<![A-Za-z])(?P<ja>{one})(?![A-Za-z])[」』\"')]*(?:{_SAID_JA})"
    return _Forms(
        re.compile(rf"(?<![A-Za-z])(?:{one})(?![A-Za-z])", re.IGNORECASE),
        re.compile(rf"(?:{_LABEL}){_OPEN}{either}", re.IGNORECASE),
        re.compile(rf"{_OPEN}{either}{gloss}", re.IGNORECASE),
        re.compile(
            rf"{_OPEN}{code}{_CLOSE}(?:\s*[:.!,–—、。-]\s*|\s+(?=(?:because|since|as|for)\b))", re.IGNORECASE
        ),
        re.compile(rf"{said}|{said_ja}"),
    )


def stated(text: str, codes: Sequence[str], agent: str) -> list[Stated]:
    """The statements of a verdict in a folded text, in its lines' order.

    Raises:
        Unreadable: One statement gives two verdicts ("NTA or YTA").
    """
    forms = _forms(tuple(codes))
    return [each for line in text.splitlines() for each in _line(line, forms, agent)]


def settled(found: Sequence[Stated]) -> Stated:
    """The statement that counts: of the clearest rank there is, all of it agreeing.

    Labelled statements overrule what is said in passing, but not another code on a line of its own.

    Raises:
        Unreadable: Two different verdicts are stated.
    """
    best = min(each.rank for each in found)
    rivals = [each for each in found if each.rank == best or (best == 0 and each.rank == 1)]
    given = {each.code for each in rivals}
    if len(given) > 1:
        raise Unreadable("ambiguous", f"more than one verdict: {', '.join(sorted(given))}")
    return next(each for each in rivals if each.rank == best)


def mentioned(text: str, codes: Sequence[str]) -> set[str]:
    """The codes that stand alone in a folded text."""
    return {found.upper() for found in _forms(tuple(codes)).code.findall(text)}


def _line(line: str, forms: _Forms, agent: str) -> Iterator[Stated]:
    own = re.sub(r"^[\s#>•\-–—*]+", "", line)
    if agent:
        own = re.sub(rf"^{re.escape(agent)}\s*(?:\([^)]*\))?\s*[:\-–—]\s*", "", own, flags=re.IGNORECASE)
    alone = forms.alone.fullmatch(own)
    if alone:
        yield Stated(_single(_code(alone), own[alone.end("code") :] if alone["code"] else "", forms), 1, "")
        return
    labels = [found for found in forms.label.finditer(own) if _owned(own, found, agent)]
    for found in labels:
        yield Stated(_labelled(own, found, forms), 0, _rest(own, found))
    if labels:
        return
    leading = forms.leading.match(own)
    if leading and not _DENIED.match(own, leading.end("code")):
        sentence = (
            _BREAK.split(own[leading.end() :], maxsplit=1)[0]
            if leading.group().strip()[-1:] not in ".!。"
            else ""
        )
        yield Stated(_single(_code(leading), sentence, forms), 2, own[leading.end() :].strip())
        return
    for sentence in _BREAK.split(own):
        for found in forms.said.finditer(sentence):
            code = found["code"] or found["ja"]
            end = found.end("code") if found["code"] else found.end("ja")
            if not _DENIED.match(sentence, end) and not _SUPPOSED.search(sentence) and _mine(sentence, found):
                yield Stated(_single(code, "", forms), 3, None)


def _owned(line: str, found: re.Match[str], agent: str) -> bool:
    """Whether a labelled statement is the speaker's own, of this round, and meant."""
    before = line[: found.start()]
    named = _NAMED.search(before)
    if named and named[1] != re.sub(r"\D", "", agent):
        return False
    if _OTHERS.search(before) or _DENIED.match(line, found.end()):
        return False
    sentence = _BREAK.split(before)[-1]
    return not ("would be" in found.group().casefold() and _SUPPOSED.search(sentence))


def _labelled(line: str, found: re.Match[str], forms: _Forms) -> str:
    return _single(_code(found), _BREAK.split(line[found.end() :], maxsplit=1)[0], forms)


def _rest(line: str, found: re.Match[str]) -> str | None:
    """The line without its statement where that opens it; None where it stands within."""
    if line[: found.start()].strip(" *_\"'「『【[("):
        return None
    after = re.sub(rf"^{_CLOSE}{_TAIL}\s*(?:[(\[][^()\[\]]{{0,160}}[)\]])?{_CLOSE}", "", line[found.end() :])
    return re.sub(r"^[\s.。!,、:;–—-]+", "", after)


def _code(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"].upper()
    groups = found.groupdict()
    return next(code for place, (_, code) in enumerate(_WORDED) if groups.get(f"w{place}"))


def _single(code: str, after: str, forms: _Forms) -> str:
    """`code`, unless another verdict is given in the same breath, not denied and not somebody else's."""
    for other in forms.code.finditer(after):
        if (
            other.group().upper() != code
            and other.group().isupper()
            and not _APART.search(after[: other.start()])
        ):
            raise Unreadable("ambiguous", f"{code} and {other.group()} in one statement")
    return code


def _mine(sentence: str, found: re.Match[str]) -> bool:
    """Whether no one else is named as the one who says so, and the saying is not denied."""
    before = sentence[: found.start()]
    clause = re.split(r"[,;:、]|\bbut\b", before)[-1]
    return not (_NAMED.search(clause.rstrip() + " ") or re.search(r"n't\b|n’t\b|\bnot\b|\bnever\b", clause))
