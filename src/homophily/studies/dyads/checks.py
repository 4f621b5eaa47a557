"""What a dyad design's settings must agree on among themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from homophily.errors import UnknownName, UsageError
from homophily.studies._known import require
from homophily.studies.dyads.wording import ROLE, TOPICS

if TYPE_CHECKING:
    from homophily.studies.dyads.design import DyadDesign

__all__ = ["check", "with_winner"]


def check(design: DyadDesign) -> None:
    """Prove that the design can be played.

    Raises:
        UnknownName: A measure, generator, persona design, topic or respondent does not exist.
        UsageError: Settings contradict each other.
    """
    require("values.similarity", design.similarity)
    require("values.profiles", design.profiles.generator)
    require("personas", design.persona.design)
    _languages(design)
    _topics(design)
    _pairs(design)
    _seating(design)


def with_winner(settings: Any) -> Any:
    """Settings completed by the winner of the controllability run that `persona_from` names.

    A design read back from a run's record already holds its winner and is left as it is.
    """
    if not isinstance(settings, Mapping) or not settings.get("persona_from") or settings.get("winner"):
        return settings
    for key in ("respondents", "persona"):
        if key in settings:
            raise UsageError(
                f"persona_from brings its own {key}: leave [{key}] out, or leave persona_from out."
            )
    from homophily.studies.controllability.carried import carry

    carried = carry(str(settings["persona_from"]))
    best = carried.winner
    return {
        **settings,
        "winner": {"run": carried.run, **asdict(best)},
        "respondents": {best.respondent: dict(carried.settings)},
        "persona": {"design": best.design, "options": dict(carried.options)},
    }


def _languages(design: DyadDesign) -> None:
    for language in design.languages:
        if language not in ROLE:
            raise UsageError(f"languages: dyads are worded in {', '.join(ROLE)}, not in {language!r}.")


def _topics(design: DyadDesign) -> None:
    known = {**TOPICS, **design.dialogue.wordings}
    if len(set(design.dialogue.topics)) < len(design.dialogue.topics):
        raise UsageError(f"dialogue.topics = {list(design.dialogue.topics)!r} names a topic twice.")
    for topic in design.dialogue.topics:
        if topic not in known:
            raise UnknownName("topic", topic, known)
        for language in design.languages:
            if language not in known[topic]:
                raise UsageError(f"dialogue.wordings: topic {topic!r} has no text in {language!r}; add one.")


def _pairs(design: DyadDesign) -> None:
    if design.pairs.rule == "target":
        if design.similarity != "pearson":
            raise UsageError(
                f"pairs.rule = 'target' constructs Pearson similarities, not {design.similarity!r}: "
                "set similarity = 'pearson' (all measures stand in the tables anyway)."
            )
        for target in design.pairs.targets:
            if not -1 <= target <= 1:
                raise UsageError(f"pairs.targets: {target!r} is no correlation; give values from -1 to 1.")
    if not any(design.conditions.model_dump().values()):
        raise UsageError("conditions: every share is 0, so nobody plays; give one a share above 0.")
    if design.conditions.swapped and design.pairs.n < 3:
        raise UsageError(
            f"conditions.swapped needs 3 pairs or more to swap among, not pairs.n = {design.pairs.n}."
        )


def _seating(design: DyadDesign) -> None:
    seating, known = design.seating, design.respondents
    named = [*seating.shares, *(name for name in (seating.a, seating.b) if name)]
    for name in named:
        if name not in known:
            raise UnknownName("respondent", name, known)
    if seating.rule == "seats" and not (seating.a and seating.b):
        raise UsageError("seating.rule = 'seats' needs seating.a and seating.b, each a respondent's name.")
    shares = seating.shares.values()
    if seating.rule == "shares" and (min(shares, default=0) < 0 or not sum(shares)):
        raise UsageError(
            f"seating.rule = 'shares' needs shares of 0 or more with a positive sum, not {seating.shares!r}."
        )
