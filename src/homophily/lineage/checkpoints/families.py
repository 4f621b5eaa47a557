"""Families of names: which stored tensor plays which role, as data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from homophily.errors import DataError, UsageError

__all__ = ["Family", "Rule", "of_file", "shipped"]

_FIELDS = {"models", "prefixes", "transposed", "tied", "weights"}
_ROLE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+|\.\{expert\})*(,[a-z][a-z0-9_.]*)*")


@dataclass(frozen=True, slots=True)
class Rule:
    """Stored names of one form.

    Attributes:
        roles: What the tensor holds, in order along its outputs; usually one.
        pattern: Matches the name without its prefix.
        transposed: Whether a matrix is stored (in, out).
    """

    roles: tuple[str, ...]
    pattern: re.Pattern[str]
    transposed: bool


@dataclass(frozen=True, slots=True)
class Family:
    """Names of one family of models.

    Attributes:
        name: The table's name.
        models: The ``model_type`` of config.json that it covers.
        prefixes: What may stand before every name, likeliest first.
        rules: Forms of names.
        tied: The models whose head is the embedding unless config.json says otherwise.
    """

    name: str
    models: tuple[str, ...]
    prefixes: tuple[str, ...]
    rules: tuple[Rule, ...]
    tied: tuple[str, ...]

    def match(self, name: str, prefix: str) -> tuple[Rule, re.Match[str]] | None:
        """The rule that a stored name follows, with or without the prefix."""
        for stem in dict.fromkeys((name.removeprefix(prefix), name)):
            for rule in self.rules:
                found = rule.pattern.fullmatch(stem)
                if found:
                    return rule, found
        return None

    def prefix(self, names: Iterable[str]) -> str:
        """The prefix under which most of the names are known."""
        listed = list(names)
        counts = {p: sum(n.startswith(p) and bool(self.match(n, p)) for n in listed) for p in self.prefixes}
        best = max(counts, key=lambda p: counts[p], default="")
        return best if best and counts[best] else ""


@cache
def shipped() -> tuple[Family, ...]:
    """The families that come with the package."""
    text = files("homophily.lineage.checkpoints").joinpath("aliases.toml").read_text(encoding="utf-8")
    return tuple(_family(name, table, "aliases.toml") for name, table in tomllib.loads(text).items())


def of_file(path: Path) -> Family:
    """The family of a user's mapping file: one table as in the shipped ones, without a name of its own.

    A file may hold ``weights`` only, or as well ``prefixes``, ``transposed`` and ``tied``.

    Raises:
        UsageError: The file cannot be opened.
        DataError: It is not of that form.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"the mapping {str(path)!r} cannot be opened: {error.strerror}.") from error
    except ValueError as error:
        raise DataError(f"the mapping {str(path)!r} is no TOML: {error}.") from None
    return _family("mapping", table, str(path))


def _family(name: str, table: Mapping[str, Any], where: str) -> Family:
    unknown = set(table) - _FIELDS
    weights = table.get("weights")
    if unknown or not isinstance(weights, dict) or not weights:
        what = f"knows no {sorted(unknown)[0]!r}" if unknown else "needs a table [weights]"
        raise DataError(f'{where}: {what}; write role = "stored.{{layer}}.name" below [weights].')
    lists = {key: _texts(table.get(key, []), f"{where}: {key}") for key in _FIELDS - {"weights"}}
    rules = [
        _rule(role, stem, lists["transposed"], where)
        for role, stems in weights.items()
        for stem in _texts(stems, f"{where}: {role}")
    ]
    return Family(name, lists["models"], lists["prefixes"], tuple(rules), lists["tied"])


def _texts(value: Any, what: str) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else None
    if found is None or not all(isinstance(each, str) for each in found):
        raise DataError(f"{what} must be a text or a list of texts.")
    return found


def _rule(role: str, stem: str, transposed: tuple[str, ...], where: str) -> Rule:
    if not _ROLE.fullmatch(role):
        raise DataError(f'{where}: {role!r} is no role; such as q, norm.attn, or "q,k,v" for a fused tensor.')
    parts = re.split(r"(\{layer\}|\{expert\})", stem)
    if len(set(parts[1::2])) != len(parts[1::2]) or ("{expert}" in stem) != ("{expert}" in role):
        raise DataError(
            f"{where}: in {stem!r} {{layer}} and {{expert}} stand once at most, {{expert}} in the role too."
        )
    pattern = "".join(
        rf"(?P<{p[1:-1]}>\d{{1,6}})" if p.startswith("{") and p.endswith("}") else re.escape(p) for p in parts
    )
    return Rule(
        roles=tuple(role.split(",")),
        pattern=re.compile(pattern + r"(?:\.(?P<kind>weight|bias|gamma|beta))?"),
        transposed=stem.rpartition(".")[2] in transposed,
    )
