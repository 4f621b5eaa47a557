"""Names of published files: protocol, models and conditions, in a file's name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from homophily.errors import UsageError
from homophily.studies.debate.experiments import Experiment
from homophily.studies.debate.wording import GOALS

__all__ = ["Told", "told", "written"]

_NAME = re.compile(
    r"(?P<protocol>sync(?:hronous)?|round_?robin|rr|solo)_(?:(?P<size>h2h|\d+way)_)?(?P<models>.+)",
    re.IGNORECASE,
)
_LANGUAGES = ("en", "ja")
_TO = {"synchronous": "sync", "round_robin": "round_robin", "solo": "solo"}
_SIGNS = "+>:/"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file's name tells."""

    experiment: Experiment
    goal: str
    language: str


def told(path: Path, seats: int, names: Mapping[str, str]) -> Told:
    """What a file's name tells of its debates.

    Args:
        path: The file.
        seats: Agents that its columns hold.
        names: Full names of models by the short ones of file names.

    Raises:
        UsageError: The name is of another form, or tells of another number of models.
    """
    found = _NAME.fullmatch(path.stem)
    if not found:
        raise UsageError(
            f"{path}: the name tells neither protocol nor models; call the file sync_h2h_A_vs_B.parquet or "
            "round_robin_3way_A_vs_B_vs_C.parquet, models in speaking order."
        )
    models = found["models"].split("_vs_") if "_vs_" in found["models"] else [found["models"]]
    models[-1], goal, language = _conditions(models[-1])
    if len(models) == 1 and seats > 1:
        models = models[0].split("_")
    if len(models) != seats:
        raise UsageError(
            f"{path}: the name tells of {len(models)} models ({', '.join(models)}), the columns of {seats} "
            "agents; write all models into the name, with _vs_ between them."
        )
    members = tuple(names.get(model, model) for model in models)
    for model in members:
        if not model or set(model) & set(_SIGNS):
            raise UsageError(f"{path}: {model!r} is no name for a model; leave out {', '.join(_SIGNS)}.")
    key = found["protocol"].lower()
    protocol = "solo" if key == "solo" else "synchronous" if key.startswith("sync") else "round_robin"
    if protocol == "solo" and seats > 1:
        raise UsageError(f"{path}: the name says solo, the columns hold {seats} agents.")
    return Told(Experiment(protocol, members), "none" if protocol == "solo" else goal, language)


def written(protocol: str, members: Sequence[str], goal: str, language: str, rounds: int) -> str:
    """The name of the file of an experiment, which `told` reads back."""
    for model in members:
        if "_vs_" in model:
            raise UsageError(
                f"a model called {model!r} cannot go into a file's name: rename it without _vs_."
            )
    size = {1: "", 2: "h2h_"}.get(len(members), f"{len(members)}way_")
    goal = "" if goal == "original" or protocol == "solo" else f"_{goal}"
    language = "" if language == "en" else f"_{language}"
    limit = "" if rounds == 4 or protocol == "solo" else f"_rounds{rounds}"
    return f"{_TO[protocol]}_{size}{'_vs_'.join(members)}{goal}{language}{limit}.parquet"


def _conditions(last: str) -> tuple[str, str, str]:
    """The last model, and the conditions written after it."""
    goal, language = "original", "en"
    parts = last.split("_")
    while len(parts) > 1:
        if parts[-1] in _LANGUAGES:
            language = parts.pop()
        elif parts[-1] in GOALS:
            goal = parts.pop()
        elif re.fullmatch(r"rounds\d+", parts[-1]):
            parts.pop()
        else:
            break
    return "_".join(parts), goal, language
