"""The shipped dilemmas: written for this project in English and Japanese, so that no model has read them."""

from __future__ import annotations

import functools
from importlib.resources import files
from itertools import zip_longest

from homophily.dilemmas import _toml
from homophily.dilemmas.dilemma import Dilemma
from homophily.dilemmas.verdict import VERDICTS
from homophily.seeds import derive

__all__ = ["shipped"]


@functools.cache
def shipped() -> tuple[Dilemma, ...]:
    """All of them, themes mixed, verdicts taking turns: the first n are as balanced as n allows."""
    folder = files("homophily.dilemmas") / "data"
    found: list[Dilemma] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            found += _toml.read(entry)
    found.sort(key=lambda dilemma: derive("shipped", dilemma.id))  # an order without meaning, always the same
    turns = [[dilemma for dilemma in found if dilemma.invites == verdict] for verdict in VERDICTS]
    return tuple([dilemma for turn in zip_longest(*turns) for dilemma in turn if dilemma is not None])
