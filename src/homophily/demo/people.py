"""Teammates in the demonstration."""

from __future__ import annotations

from pathlib import Path

from homophily.demo.part import Part
from homophily.demo.studies import study

__all__ = ["people"]


def people(folder: Path, *, seed: int | None, quick: bool, quiet: bool) -> Part:
    """Teammates, with synthetic participants."""
    return study("teammates", folder, seed=seed, quick=quick, quiet=quiet)
