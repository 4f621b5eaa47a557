"""Judging: which values a message voices, as one question to one judge."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from homophily.items import Option, Several
from homophily.values.taxonomy import taxonomy

if TYPE_CHECKING:
    from homophily.studies.debate.design import Judges

__all__ = ["PHASE", "question"]

#: First part of the paths of judgements.
PHASE = "values"

_ASKED = {
    "en": "Below is a message from a discussion of an everyday dilemma. Which of the values in the list does "
    "it appeal to? Name at most {most}, only those that it voices, and none if it voices none.\n\n"
    "<message>\n{message}\n</message>",
    "ja": "次は、日常のジレンマについての討議の中の発言です。この発言は、一覧の価値の"
    "どれに訴えていますか。"
    "発言に現れている価値だけを最大{most}個挙げ、なければ何も挙げないでください。\n\n"
    "<発言>\n{message}\n</発言>",
}


def question(message: str, *, dilemma: str, language: str, settings: Judges) -> Several:
    """The item that a judge is asked: up to so many values of a closed list.

    Args:
        message: What was said, without the verdict.
        dilemma: Id of the dilemma it is about.
        language: Of the message.
        settings: The list and how many.
    """
    return Several(
        id=f"{PHASE}/{dilemma}",
        text=_ASKED[language].format(most=settings.most, message=message),
        language=language,
        measures=PHASE,
        options=_options(settings.taxonomy, language),
        most=settings.most,
    )


@lru_cache(maxsize=8)
def _options(name: str, language: str) -> tuple[Option, ...]:
    return tuple(
        Option(
            id=entry.code,
            text=entry.name(language),
            note=entry.definition(language),
            also=(entry.published, entry.ja) if entry.ja else (entry.published,),
        )
        for entry in taxonomy(name).values
    )
