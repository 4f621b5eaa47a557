"""Studies of the demonstration: models' values, dyads, debates and teammates, with synthetic respondents."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from homophily.demo.part import Part
from homophily.library import run
from homophily.report import headline, note, planted
from homophily.report.tables import of_planted

__all__ = ["study"]

#: What each study plants, and its settings for a quick look.
_PLANTED = {
    "controllability": "how far each way of telling a model its values moves what it then states and chooses",
    "dyads": "how much trust and closeness rise with value similarity, in English and in Japanese",
    "debate": "how strongly each panellist clings to its verdict and follows the others'",
    "teammates": "how much a person's trust in an agent rises with felt similarity",
}
_QUICK: dict[str, dict[str, Any]] = {
    "controllability": {"languages": ["en"]},
    "dyads": {"pairs.n": 40},
    "debate": {"dilemmas.number": 12},
    "teammates": {"participants": 20, "languages": ["en"]},
}


def study(name: str, folder: Path, *, seed: int | None, quick: bool, quiet: bool) -> Part:
    """Play a study to its report.

    Args:
        name: Which.
        folder: Where runs are kept.
        seed: Of the study; its own by default.
        quick: A smaller one.
        quiet: Show no progress.
    """
    settings = (_QUICK[name] if quick else {}) | ({} if seed is None else {"seed": seed})
    played = run(name, settings, folder=folder, quiet=quiet)
    found = planted(played.findings, played.design)
    inside = int(found["inside"].sum()) if len(found) else 0
    told = f"{inside} of {len(found)} planted effects lie in their 95 % intervals. {note(played.design)}"
    return Part(
        name=name,
        title=played.study.title,
        planted=f"Known beforehand: {_PLANTED[name]}.",
        found=told if len(found) else headline(played.findings)[0],
        report=played.report(),
        table=of_planted(found) if len(found) else None,
    )
