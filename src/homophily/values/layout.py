"""Layouts: which columns of a user's file hold which items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from homophily.errors import DataError
from homophily.values import keys
from homophily.values.keys import ESS, ESS_SUFFIXES, ESS_VARIABLES, Key

__all__ = ["Layout", "find"]

#: Questionnaires told from how many numbered columns there are.
_BY_SIZE = {21: keys.PVQ21, 40: keys.PVQ40, 57: keys.PVQRR}

_NUMBERED = re.compile(r"(?P<prefix>.*?[\s_.\-/]*)0*(?P<number>[1-9]\d?)")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a file holds the items of a questionnaire.

    Attributes:
        key: How to score them.
        forms: Column names in the order of the items, for each form of the questionnaire in the file; a
            merged file of several ESS rounds has one a round, and a person answers one of them.
    """

    key: Key
    forms: tuple[tuple[str, ...], ...]


def find(
    names: Sequence[str], key: str = "auto", prefix: str | None = None, where: str = "the file"
) -> Layout:
    """Find a questionnaire's columns by their names, capital letters or not.

    The ESS's variables go by their names, with a suffix ``a`` or ``b`` as some rounds have it; others are
    numbered from 1 to the last item after one prefix: ``pvq1 … pvq21``, ``item_01 … item_40``.

    Args:
        names: The file's columns.
        key: Name of a scoring key, or ``auto``.
        prefix: Of the numbered columns, where several sets are there.
        where: Names the file in messages.

    Raises:
        UnknownName: No key has this name.
        DataError: No set of columns fits, one is incomplete, or several fit.
    """
    wanted = None if key == "auto" else keys.get(key)
    ess, numbered = _ess(names), _numbered(names)
    if prefix is not None:
        ess, numbered = {}, _with_prefix(numbered, prefix.strip().casefold())
    fitting = [
        tuple(found[number] for number in sorted(found))
        for found in numbered.values()
        if set(found) == set(range(1, len(found) + 1))
        and len(found) in ({wanted.size} if wanted else _BY_SIZE)
    ]
    forms = tuple(tuple(form.values()) for form in ess.values() if len(form) == len(ESS_VARIABLES))
    if forms and (wanted is None or wanted is ESS or (wanted.size == ESS.size and not fitting)):
        return Layout(wanted or ESS, forms)
    if len(fitting) == 1:
        return Layout(wanted or _BY_SIZE[len(fitting[0])], (fitting[0],))
    if fitting:
        sets = "; ".join(f"{form[0]} … {form[-1]}" for form in fitting)
        raise DataError(f"{where} has several sets of numbered columns ({sets}): choose one by its prefix.")
    raise DataError(_lacking(where, ess, numbered, wanted))


def _ess(names: Sequence[str]) -> dict[str, dict[str, str]]:
    """By suffix: the columns found, by variable."""
    by_name = {name.strip().casefold(): name for name in names}
    return {
        suffix: {
            variable: by_name[variable + suffix] for variable in ESS_VARIABLES if variable + suffix in by_name
        }
        for suffix in ESS_SUFFIXES
    }


def _numbered(names: Sequence[str]) -> dict[str, dict[int, str]]:
    """By prefix: the columns found, by number."""
    found: dict[str, dict[int, str]] = {}
    for name in names:
        match = _NUMBERED.fullmatch(name.strip().casefold())
        if match and match["prefix"]:
            group, number = found.setdefault(match["prefix"], {}), int(match["number"])
            if number in group:
                raise DataError(f"columns {group[number]!r} and {name!r} are one number: rename one of them.")
            group[number] = name
    return found


def _with_prefix(numbered: dict[str, dict[int, str]], prefix: str) -> dict[str, dict[int, str]]:
    """The set of this very prefix, else those with a mark after it (``pvq`` for ``pvq_1``)."""
    if prefix in numbered:
        return {prefix: numbered[prefix]}
    marks = " _.-/"
    return {p: found for p, found in numbered.items() if p.rstrip(marks) == prefix.rstrip(marks)}


def _lacking(
    where: str, ess: dict[str, dict[str, str]], numbered: dict[str, dict[int, str]], wanted: Key | None
) -> str:
    """What the nearest set of columns lacks, or that there is none."""
    nearest = max(ess.items(), key=lambda form: len(form[1]), default=("", {}))
    if len(nearest[1]) > len(ESS_VARIABLES) / 2 and (wanted is None or wanted.size == ESS.size):
        lacking = [variable + nearest[0] for variable in ESS_VARIABLES if variable not in nearest[1]]
        return f"{where} has ESS values but lacks {', '.join(lacking)}: add the columns, empty if not asked."
    found = max(numbered.values(), key=len, default={})
    size = wanted.size if wanted else min((n for n in _BY_SIZE if n >= max(found, default=0)), default=0)
    gaps = [number for number in range(1, size + 1) if number not in found]
    if len(found) > size / 2 and gaps:
        title = (wanted or _BY_SIZE[size]).title
        shown = ", ".join(map(str, gaps)) if len(gaps) < 8 else f"{gaps[0]}, … {gaps[-1]}"
        return (
            f"{where} has columns {next(iter(found.values()))}, … but lacks item {shown} of {title}: "
            "add the columns, empty if not asked."
        )
    what = f"{wanted.size} columns of {wanted.title}" if wanted else "columns of a known questionnaire"
    return (
        f"{where} has no {what}: name them as the ESS does (ipcrtiv, … impfun), or number them after one "
        "prefix (pvq1, … pvq21; up to 40 or 57 for the longer forms)."
    )
