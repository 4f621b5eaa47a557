"""Studies of the demonstration: models' values, dyads and debates, with synthetic respondents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.demo.part import Check, Part, Showing
from homophily.library import run
from homophily.report import headline, note, numbers, planted
from homophily.report.tables import of_planted

if TYPE_CHECKING:
    from homophily.library import Played

__all__ = ["played_part", "study"]

#: What each study plants, and its settings in full and for a quick look, where not its own defaults.
_PLANTED = {
    "controllability": "how far each way of telling a model its values moves what it then states and chooses",
    "dyads": "how much trust and closeness rise with value similarity, in English and in Japanese",
    "debate": "how strongly each panellist clings to its verdict and follows the others'",
    "teammates": "how much a person's trust in an agent rises with felt similarity",
}
_FULL: dict[str, dict[str, Any]] = {"debate": {"dilemmas.number": 60}}
_QUICK: dict[str, dict[str, Any]] = {
    "controllability": {"languages": ["en"]},
    "dyads": {"pairs.n": 60},
}


def study(name: str, folder: Path, *, seed: int | None, quick: bool, quiet: bool, showing: Showing) -> Part:
    """Play a study to its report.

    Args:
        name: Which.
        folder: Where runs are kept.
        seed: Of the study; its own by default.
        quick: A smaller one.
        quiet: Show no progress.
        showing: Nothing to show: the study shows its own progress.
    """
    settings = (_QUICK if quick else _FULL).get(name, {}) | ({} if seed is None else {"seed": seed})
    return played_part(name, run(name, settings, folder=folder, quiet=quiet))


def played_part(name: str, played: Played) -> Part:
    """The part that a played study is: what it plants, what its report finds of it.

    Args:
        name: Of the study.
        played: Played to its end.
    """
    bots = played.run.environment.get("bots")
    found = planted(played.findings, played.design, bots=bots)
    checks = []
    for (_, row), cells in zip(found.iterrows(), of_planted(found).rows, strict=True):
        words = [cell.text for cell in cells[:3]]
        interval = numbers.interval(row["low"], row["high"])
        checks.append(
            Check(
                what=", ".join([words[0], *(word for word in words[1:] if word and word != "All")]),
                planted=numbers.plain(row["planted"]),
                found=f"{numbers.plain(row['found'])} {interval}",
                agrees=bool(row["inside"]),
            )
        )
    inside = sum(check.agrees is True for check in checks)
    told = f"{inside} of {len(checks)} planted effects lie in their 95 % intervals."
    if len(checks) == 1:
        told = f"The planted effect {'lies' if inside else 'does not lie'} in its 95 % interval."
    return Part(
        name=name,
        title=played.study.title,
        planted=f"Known beforehand: {_PLANTED[name]}.",
        found=told if checks else headline(played.findings)[0],
        note=note(played.design, bots=bots) if checks else "",
        report=played.report(),
        checks=tuple(checks),
    )
