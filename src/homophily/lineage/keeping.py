"""Descents kept in files, so that an interrupted comparison of many models goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from homophily.errors import UsageError
from homophily.lineage.relation.descent import Descent
from homophily.lineage.tests import Layer, Score
from homophily.lineage.tests._difference import Difference

if TYPE_CHECKING:
    from homophily.lineage.family import Family

__all__ = ["Kept", "family_plain", "plain", "restored", "scores_plain"]

#: Goes up whenever the same two models could get another answer.
_METHOD = 1


def plain(found: Descent) -> dict[str, Any]:
    """A descent as plain data for JSON; what is not finite becomes None."""
    data = asdict(found)
    data["p"], data["related"] = found.p, found.related
    for name, score in found.scores.items():
        data["scores"][name]["per_layer"] = {
            layer: part._asdict() if isinstance(part, Layer) else part
            for layer, part in score.per_layer.items()
        }
    cleaned: dict[str, Any] = _finite(data)
    return cleaned


def scores_plain(scores: Mapping[str, Score]) -> dict[str, Any]:
    """Scores by test as plain data for JSON."""
    told = {}
    for name, score in scores.items():
        layers = {layer: part._asdict() for layer, part in score.per_layer.items()}
        told[name] = asdict(score) | {"per_layer": layers}
    cleaned: dict[str, Any] = _finite(told)
    return cleaned


def family_plain(tree: Family) -> dict[str, Any]:
    """A family as plain data for JSON; each pair's relation, without its scores."""
    pairs = [
        {
            "a": a,
            "b": b,
            **{
                name: getattr(found, name)
                for name in ("relation", "direction", "why", "similarity", "distance")
            },
            "log10_p": found.log10_p,
            "evidence": list(found.evidence),
        }
        for (a, b), found in tree.pairs.items()
    ]
    cleaned: dict[str, Any] = _finite(
        {
            "models": list(tree.names),
            "clusters": [list(members) for members in tree.clusters],
            "edges": [asdict(edge) for edge in tree.edges],
            "pairs": pairs,
            "faults": dict(tree.faults),
        }
    )
    return cleaned


def restored(data: Mapping[str, Any]) -> Descent:
    """The descent that `plain` told."""
    fields = {key: value for key, value in data.items() if key not in ("p", "related")}
    scores = {name: _score(score) for name, score in fields.pop("scores").items()}
    differences = tuple(
        Difference(**_numbers(row, {"lengths": tuple(row["lengths"])})) for row in fields.pop("differences")
    )
    whole = {int(a): b for a, b in fields.pop("layers").items()}
    tuples: dict[str, Any] = {
        key: tuple(fields.pop(key)) for key in ("evidence", "assumptions", "related_layers")
    }
    return Descent(**_numbers(fields, {}), **tuples, scores=scores, differences=differences, layers=whole)


class Kept:
    """A folder of descents, one file a pair of contents and settings.

    Args:
        folder: Made when the first is kept.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    def find(self, a: str, b: str, settings: Mapping[str, Any]) -> Descent | None:
        """What was found for two contents; None if nothing is kept, or it cannot be read."""
        try:
            return restored(json.loads(self._path(a, b, settings).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def keep(self, a: str, b: str, settings: Mapping[str, Any], found: Descent) -> None:
        """Keep what was found: written aside, then moved in place, so never half a file.

        Raises:
            UsageError: The folder cannot be written.
        """
        path = self._path(a, b, settings)
        aside = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps(plain(found), ensure_ascii=False), encoding="utf-8")
            aside.replace(path)
        except OSError as error:
            raise UsageError(f"{str(self.folder)!r} cannot be written: {error.strerror or error}.") from error

    def _path(self, a: str, b: str, settings: Mapping[str, Any]) -> Path:
        told = json.dumps([_METHOD, a, b, dict(sorted(settings.items()))], default=str)
        return self.folder / f"{hashlib.blake2b(told.encode(), digest_size=16).hexdigest()}.json"


def _score(data: Mapping[str, Any]) -> Score:
    layers = {int(k): Layer(_nan(v["statistic"]), v["log10_p"], v["n"]) for k, v in data["per_layer"].items()}
    rest = {key: value for key, value in data.items() if key not in ("per_layer", "assumptions", "statistic")}
    return Score(_nan(data["statistic"]), assumptions=tuple(data["assumptions"]), per_layer=layers, **rest)


def _numbers(row: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose missing figures are NaN again."""
    figures = ("cosine", "relative", "kept", "similarity", "log10_p", "distance")
    return {key: _nan(value) if key in figures else value for key, value in row.items()} | dict(more)


def _nan(value: Any) -> Any:
    return math.nan if value is None else value


def _finite(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return {str(key): _finite(value) for key, value in thing.items()}
    if isinstance(thing, (list, tuple)):
        return [_finite(each) for each in thing]
    if isinstance(thing, float):
        return thing if math.isfinite(thing) else None
    return thing
