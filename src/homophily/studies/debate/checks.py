"""What a debate design's settings must agree on among themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UnknownName, UsageError
from homophily.studies.debate.wording import AGENT

if TYPE_CHECKING:
    from homophily.studies.debate.design import DebateDesign

__all__ = ["check", "with_digest"]

#: Signs of experiments' names and of sessions' ids.
_SIGNS = "+>:/"


def check(design: DebateDesign) -> None:
    """Prove that the design can be played.

    Raises:
        UnknownName: A respondent does not exist.
        UsageError: Settings contradict each other.
    """
    for language in design.languages:
        if language not in AGENT:
            raise UsageError(f"languages: debates are worded in {', '.join(AGENT)}, not in {language!r}.")
    for name in (*design.judges.panel, *(name for group in design.panels.groups for name in group)):
        if name not in design.respondents:
            raise UnknownName("respondent", name, design.respondents)
    for name in design.respondents:
        if set(name) & set(_SIGNS):
            raise UsageError(
                f"respondents.{name}: {', '.join(_SIGNS)} have a meaning in names of experiments; "
                "use another name."
            )
    for key, given in (
        ("protocols", design.protocols),
        ("goals", design.goals),
        ("deliberation.rounds", design.deliberation.rounds),
        ("panels.groups", design.panels.groups),
        ("judges.panel", design.judges.panel),
    ):
        if len(set(given)) < len(given):
            raise UsageError(f"{key} = {list(given)!r} names one thing twice.")
    _panels(design)


def with_digest(settings: Any) -> Any:
    """Settings completed by a fingerprint of the file of dilemmas.

    Raises:
        UsageError: There is no such file, or it is not the one that the fingerprint is of.
    """
    if not isinstance(settings, Mapping) or not isinstance(settings.get("dilemmas"), Mapping):
        return settings
    chosen = settings["dilemmas"]
    if not chosen.get("file"):
        return settings
    path = Path(str(chosen["file"]))
    try:
        digest = hashlib.blake2b(path.read_bytes(), digest_size=12).hexdigest()
    except OSError as error:
        raise UsageError(f"dilemmas.file: {str(path)!r} cannot be read: {error.strerror}.") from None
    if chosen.get("digest", digest) not in ("", digest):
        raise UsageError(
            f"dilemmas.file: {str(path)!r} has changed since the run began; bring back the file as it was, "
            "or start a new run (leave dilemmas.digest out)."
        )
    return {**settings, "dilemmas": {**chosen, "digest": digest}}


def _panels(design: DebateDesign) -> None:
    panels, members = design.panels, design.members()
    for limit in design.deliberation.rounds:
        if limit < 1:
            raise UsageError(f"deliberation.rounds = {limit}: a debate has at least one round.")
    if panels.groups:
        for group in panels.groups:
            if len(group) < 2:
                raise UsageError(f"panels.groups: {list(group)!r} is no panel; name two members or more.")
        return
    for size in panels.sizes:
        if not 2 <= size <= len(members):
            raise UsageError(
                f"panels.sizes = {size}: a panel has from 2 to {len(members)} members here, the respondents "
                "that are no judges. Add respondents, or write panels.groups."
            )
    if not panels.sizes and not panels.solo:
        raise UsageError("panels: no sizes, no groups and no solo arm, so nobody plays.")
