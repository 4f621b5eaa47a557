"""Drawing profiles with a record of what drew them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from homophily import catalogue
from homophily.errors import UsageError
from homophily.values.similarity.pearson import pearson

__all__ = ["Sample", "draw"]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Profiles and what they are.

    Attributes:
        scores: Raw target scores, (n, 10), in circle order.
        record: Generator, what it is, its effective options, n, and the Pearson similarity of all pairs
            (mean, sd, 5th, 50th and 95th percentile), as the generator decides its range.
    """

    scores: np.ndarray
    record: Mapping[str, Any]


def draw(name: str, n: int, rng: np.random.Generator, **options: Any) -> Sample:
    """Draw profiles by the generator's name.

    Args:
        name: In the catalogue ``values.profiles``.
        n: How many.
        rng: The source of chance.
        **options: The generator's own settings.

    Raises:
        UnknownName: No generator has this name.
        UsageError: The generator has no such option, or needs one that is not given.
    """
    generator = catalogue.get("values.profiles", name)
    known = {
        option.name: option.default
        for option in inspect.signature(generator).parameters.values()
        if option.kind is option.KEYWORD_ONLY
    }
    for option in options:
        if option not in known:
            raise UsageError(
                f"profiles {name!r} have no option {option!r}. Known: {', '.join(known) or 'none'}."
            )
    for option, default in known.items():
        if default is inspect.Parameter.empty and option not in options:
            raise UsageError(f"profiles {name!r} need the option {option!r}: set it.")
    scores = generator(n, rng, **options)
    record = {
        "generator": name,
        "what": catalogue.describe("values.profiles")[name],
        "options": {
            option: str(v) if hasattr(v, "__fspath__") else v for option, v in {**known, **options}.items()
        },
        "n": n,
        "pearson": _spread(scores),
    }
    return Sample(scores, record)


def _spread(scores: np.ndarray) -> dict[str, float]:
    one, other = np.triu_indices(min(len(scores), 1000), k=1)
    similarity = np.atleast_1d(pearson(scores[one], scores[other]))
    similarity = similarity[~np.isnan(similarity)]
    if not similarity.size:
        return {}
    low, median, high = np.percentile(similarity, [5, 50, 95])
    spread = {"mean": similarity.mean(), "sd": similarity.std(), "p5": low, "p50": median, "p95": high}
    return {name: round(float(value), 4) for name, value in spread.items()}
