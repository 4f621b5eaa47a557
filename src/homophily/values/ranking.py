"""Rankings of values with a stated tie rule.

Nearly every scored person (99.8 % in the ESS) has a tie among the ten scores, so a ranking without a stated
rule is not reproducible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from homophily.errors import UnknownName, UsageError
from homophily.values.theory import CODES, Hedonism, higher_order

__all__ = ["TIE_RULE", "Ranking", "Step", "Tie", "order"]

Step = Literal["centred", "raw", "higher", "circle"]
"""What may decide between two values: the centred score, the raw score, the mean centred score of the
higher-order value, the place on the circle (SD first)."""

#: The laboratory's tie rule: each step decides only what all before it left tied.
TIE_RULE: tuple[Step, ...] = ("centred", "raw", "higher", "circle")

_DECIMALS = 9  # Scores closer than this differ by rounding error only.


@dataclass(frozen=True, slots=True)
class Tie:
    """Two values next to each other in a ranking that the first step left tied.

    Attributes:
        above: Code of the value placed higher.
        below: Code of the value placed lower.
        step: The step that decided.
    """

    above: str
    below: str
    step: Step


@dataclass(frozen=True, slots=True)
class Ranking:
    """Value codes from most to least important, with what decided each tie.

    Attributes:
        codes: The ten codes, most important first.
        ties: Every tie of neighbours in `codes`, in their order.
    """

    codes: tuple[str, ...]
    ties: tuple[Tie, ...]

    def rank(self, code: str) -> int:
        """The place of a value, 1 for the most important."""
        return self.codes.index(code) + 1


def order(
    raw: ArrayLike, centred: ArrayLike, ties: Sequence[Step] = TIE_RULE, hedonism: Hedonism = "openness"
) -> tuple[np.ndarray, np.ndarray]:
    """Order the values of many people at once.

    Args:
        raw: Raw scores, (people, 10), in circle order, none missing.
        centred: Centred scores, (people, 10).
        ties: The rule; ``circle``, which never ties, must close it.
        hedonism: Where HE is counted for the step ``higher``.

    Returns:
        Places on the circle, most important first, (people, 10); and the index within `ties` of the step
        that decided each pair of neighbours, (people, 9).

    Raises:
        UnknownName: A step does not exist.
        UsageError: The rule is not closed by ``circle``.
    """
    for step in ties:
        if step not in get_args(Step):
            raise UnknownName("step of a tie rule", step, get_args(Step))
    if not ties or ties[-1] != "circle":
        raise UsageError(f"the tie rule {tuple(ties)!r} can leave ties: end it with 'circle'.")
    scores = {"raw": np.asarray(raw, dtype=float), "centred": np.asarray(centred, dtype=float)}
    scores["higher"] = _higher_means(scores["centred"], hedonism)
    scores["circle"] = np.broadcast_to(-np.arange(10.0), scores["raw"].shape)
    keys = np.stack([-np.round(scores[step], _DECIMALS) for step in ties])
    places = np.lexsort(keys[::-1], axis=-1)
    ordered = np.take_along_axis(keys, places[None], axis=-1)
    decided = (np.diff(ordered, axis=-1) != 0).argmax(axis=0)
    return places, decided


def _higher_means(centred: np.ndarray, hedonism: Hedonism) -> np.ndarray:
    means = np.empty_like(centred)
    for codes in higher_order(hedonism).values():
        columns = [CODES.index(code) for code in codes]
        means[..., columns] = centred[..., columns].mean(axis=-1, keepdims=True)
    return means
