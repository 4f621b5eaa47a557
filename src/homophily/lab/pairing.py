"""Pairing: two runs that ask the same of whoever answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from homophily.errors import UsageError
from homophily.lab.spent import filtered

if TYPE_CHECKING:
    from homophily.lab.design import Design
    from homophily.lab.study import Study

__all__ = ["apart", "dense"]

#: Settings in which runs that are compared may differ: who answers, and what it may cost.
_FREE = ("respondents", "budget")


def dense(design: Design) -> Design:
    """The same design with every filter off: same sessions, same orders, same seeds.

    Raises:
        UsageError: No respondent speaks through a filter.
    """
    names = filtered(design)
    if not names:
        raise UsageError("none of the run's respondents speaks through a filter: name the run to compare to.")
    plain = {
        name: {key: value for key, value in settings.items() if name not in names or key != "filter"}
        for name, settings in design.respondents.items()
    }
    return type(design).model_validate(design.model_dump() | {"respondents": plain})


def apart(study: Study, design: Design, other_study: Study, other: Design) -> None:
    """See that two runs ask the same.

    Raises:
        UsageError: They are of different studies, or their designs differ in more than who answers.
    """
    if study.name != other_study.name:
        raise UsageError(f"a run of {study.name!r} and one of {other_study.name!r} do not ask the same.")
    told, said = design.model_dump(mode="json"), other.model_dump(mode="json")
    differ = [key for key in told if key not in _FREE and told[key] != said.get(key)]
    if differ:
        raise UsageError(
            f"the two runs ask differently: their designs differ in {', '.join(map(repr, differ))}. Runs are "
            "compared that differ in `respondents` alone."
        )
    if set(told["respondents"]) != set(said["respondents"]):
        raise UsageError(
            "the two runs seat different respondents: "
            f"{', '.join(sorted(told['respondents']))} and {', '.join(sorted(said['respondents']))}. "
            "Give those that take the same seats the same names."
        )
