"""Rewording: a model words the agents' reasons anew, under rules checked before anybody reviews them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from homophily.asks import Ask, Respondent
from homophily.items import Text
from homophily.seeds import derive
from homophily.studies._length import length
from homophily.studies.teammates.reviewed import Wording, shipped
from homophily.studies.teammates.script import TOLERANCE
from homophily.studies.teammates.texts import Texts
from homophily.values import HIGHER, VALUES

__all__ = ["faults", "prompt", "reword"]

_GORE = re.compile(
    r"\b(?:blood|gun|knife|shot|shoot|kill|dead|death|bomb|wound)\w*\b|血|銃|刃物|殺|死|爆弾", re.I
)


def prompt(said: Texts, key: str, text: str) -> str:
    """What a model is asked, to word one reason anew.

    Args:
        said: The texts of the language.
        key: Which reason.
        text: Its shipped wording.
    """
    least, most = _lengths(text, said.language)
    return said["reword.text"].format(
        text=text,
        sense=VALUES[_value(key)].sense[said.language],
        names="、".join(_names("ja")) if said.language == "ja" else ", ".join(_names("en")),
        least=least,
        most=most,
    )


def faults(text: str, was: str, others: Sequence[str], language: str) -> tuple[str, ...]:
    """What is wrong with a new wording, as far as a machine can tell; empty for nothing.

    Args:
        text: The new wording.
        was: The shipped one.
        others: All other wordings, shipped and new.
        language: ``en`` or ``ja``.
    """
    least, most = _lengths(was, language)
    words = length(text, language)
    found = []
    if not least <= words <= most:
        found.append(f"length {words}, wanted {least} to {most}")
    if named := [name for name in _names(language) if re.search(_whole(name, language), text, re.I)]:
        found.append(f"names a value: {', '.join(named)}")
    if text == was or text in others:
        found.append("the same as another wording")
    if _GORE.search(text):
        found.append("mentions weapons or injury")
    if re.search(r"[{}\n]", text):
        found.append("holds braces or a line break")
    if not text.endswith((".", "!", "?", "。", "！", "？")):
        found.append("does not end like a sentence")
    if (language == "ja") != bool(re.search(r"[\u3040-\u30ff]", text)):
        found.append("is in another language")
    return tuple(found)


async def reword(
    respondent: Respondent,
    said: Texts,
    keys: Sequence[str],
    *,
    seed: int = 1,
    temperature: float = 1.0,
    log: Callable[[Mapping[str, Any]], None],
    tell: Callable[[Wording], None],
) -> list[Wording]:
    """Have reasons worded anew, one after the other.

    Args:
        respondent: Who words them; any respondent that writes text.
        said: The texts of the language.
        keys: Which reasons (`homophily.studies.teammates.texts.key`).
        seed: Seed of the sampling.
        temperature: Sampling temperature.
        log: Takes prompt, answer, temperature and seed of each, to be kept.
        tell: Hears of each new wording.

    Returns:
        The new wordings, each ``open`` for review; those not answered readably are left out, but logged.
    """
    known, made = shipped(said), list[Wording]()
    for name in keys:
        was = known[name]
        item = Text(id="teammates/reword", text=prompt(said, name, was), language=said.language)
        asked = Ask(
            session=f"{said.language}/reword",
            seat="writer",
            path=name,
            item=item,
            temperature=temperature,
            seed=derive(seed, "reword", name),
        )
        given = await respondent.answer(asked)
        entry = {"key": name, "prompt": item.text, "answer": given.raw, "missing": given.missing}
        drawn = {"temperature": temperature, "seed": asked.seed}
        log({**entry, "record": dict(given.record), **drawn, "time": time.time()})
        if given.value is None:
            continue
        text = str(given.value).strip().strip('“”"「」').strip()
        others = [*(other for each, other in known.items() if each != name), *(each.text for each in made)]
        made.append(Wording(key=name, was=was, text=text, faults=faults(text, was, others, said.language)))
        tell(made[-1])
    return made


def _lengths(text: str, language: str) -> tuple[int, int]:
    words = length(text, language)
    return round(words * (1 - TOLERANCE / 2)), round(words * (1 + TOLERANCE / 2))


def _value(key: str) -> str:
    return key.partition("/")[2].partition(".")[0]


def _names(language: str) -> list[str]:
    names = [value.name for value in VALUES.values()] + [higher.name for higher in HIGHER.values()]
    return [name[language] for name in names]


def _whole(name: str, language: str) -> str:
    return re.escape(name) if language == "ja" else rf"\b{re.escape(name)}\b"
