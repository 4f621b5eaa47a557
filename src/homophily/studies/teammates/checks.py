"""What a teammates design's settings must agree on among themselves."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING

from homophily import instruments
from homophily.errors import UnknownName, UsageError
from homophily.studies._known import require
from homophily.studies.teammates.texts import LANGUAGES, texts
from homophily.values import CODES

if TYPE_CHECKING:
    from homophily.studies.teammates.design import TeammatesDesign

__all__ = ["check"]


def check(design: TeammatesDesign) -> None:
    """Prove that the design can be played.

    Raises:
        UnknownName: An instrument or a text does not exist.
        UsageError: Settings contradict each other.
    """
    for language in design.languages:
        if language not in LANGUAGES:
            raise UsageError(
                f"languages: teammates are worded in {', '.join(LANGUAGES)}, not in {language!r}."
            )
    _persona(design)
    _agents(design)
    _forms(design)
    _wordings(design)


def _persona(design: TeammatesDesign) -> None:
    require("personas", design.persona.design)
    require("values.profiles", design.profiles.generator)
    people = [name for name, each in design.respondents.items() if each.get("kind") == "person"]
    if people and design.persona.design != "none":
        raise UsageError(
            f"persona.design = {design.persona.design!r} tells a model who it is, but {people[0]!r} is a "
            "person: leave persona out."
        )


def _agents(design: TeammatesDesign) -> None:
    agents = design.agents
    if len(agents.overlap) != len(agents.levels):
        raise UsageError(
            f"agents.overlap has {len(agents.overlap)} numbers for {len(agents.levels)} agents.levels: give "
            "one for each."
        )
    for level in agents.levels:
        if not -1 <= level <= 1:
            raise UsageError(f"agents.levels: {level!r} is no correlation; give values from -1 to 1.")
    if list(agents.levels) != sorted(agents.levels, reverse=True) or len(set(agents.levels)) < len(
        agents.levels
    ):
        raise UsageError("agents.levels: give them from the most similar to the most opposite, each once.")
    for overlap in agents.overlap:
        if not 0 <= overlap <= agents.top:
            raise UsageError(
                f"agents.overlap: {overlap!r} of the first {agents.top} values cannot be shared; give 0 to "
                f"{agents.top}."
            )


def _forms(design: TeammatesDesign) -> None:
    forms = design.forms
    for setting in ("values", "similarity", "trust"):
        if not getattr(forms, setting):
            raise UsageError(f"forms.{setting} cannot be left out: name an instrument.")
    for name in filter(None, (forms.values, forms.similarity, forms.trust, forms.alone, forms.closeness)):
        form = instruments.load(name)
        for language in design.languages:
            if language not in form.languages:
                raise UsageError(
                    f"instrument {name!r} has no wording in {language!r}, which the design names."
                )
    if lacking := set(CODES) - set(instruments.load(forms.values).measures):
        raise UsageError(
            f"forms.values = {forms.values!r} does not measure {', '.join(sorted(lacking))}: agents are made "
            "from all ten values."
        )


def _wordings(design: TeammatesDesign) -> None:
    for language in design.languages:
        shipped = texts(language)
        for name, said in design.wordings.items():
            if name not in shipped.frame:
                raise UnknownName("text of the teammates study", name, shipped.frame)
            if language not in said:
                raise UsageError(f"wordings: {name!r} has no text in {language!r}; add one.")
            wanted, given = _fields(shipped[name]), _fields(said[language])
            if given - wanted:
                raise UsageError(
                    f"wordings: {name!r} ({language}) holds {{{min(given - wanted)}}}; it can hold "
                    f"{', '.join(sorted(wanted)) or 'no placeholder'}."
                )


def _fields(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError:
        raise UsageError(f"wordings: braces that do not close in {text[:60]!r}.") from None
