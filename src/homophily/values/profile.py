"""Profiles: one person's or agent's ten value scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from homophily.errors import DataError
from homophily.values import centring, ranking
from homophily.values.ranking import TIE_RULE, Ranking, Step, Tie
from homophily.values.theory import CODES, Hedonism, higher_order

__all__ = ["Profile"]


@dataclass(frozen=True, slots=True, init=False, eq=False, repr=False)
class Profile:
    """One person's or agent's ten value scores; cannot be changed.

    Args:
        scores: Raw scores in circle order, (10,), or by value code; NaN where a value was not measured.
        mrat: Mean rating of all items, where items were answered. By default it is told from the scores
            with the item weights of the 21-item portraits (`homophily.values.centre`).

    Attributes:
        raw: Raw scores, (10,), in circle order, read-only.
        mrat: Mean rating of all items.

    Raises:
        DataError: Not ten numbers, or codes that are not the ten values'.
    """

    raw: np.ndarray
    mrat: float

    def __init__(
        self, scores: Mapping[str, float] | Sequence[float] | np.ndarray, mrat: float | None = None
    ) -> None:
        raw = _read(scores)
        raw.flags.writeable = False
        object.__setattr__(self, "raw", raw)
        object.__setattr__(self, "mrat", float(centring.mrat(raw) if mrat is None else mrat))

    @property
    def centred(self) -> np.ndarray:
        """Raw less MRAT, (10,): what the person puts first, freed from how high they rate everything."""
        return np.asarray(self.raw - self.mrat)

    def ranking(self, ties: Sequence[Step] = TIE_RULE, hedonism: Hedonism = "openness") -> Ranking:
        """The values from most to least important.

        Args:
            ties: Which steps decide, in turn; the last is ``circle``.
            hedonism: Where HE is counted for the step ``higher``.

        Raises:
            DataError: A value has no score.
        """
        self._require_complete()
        places, decided = ranking.order(self.raw[None], self.centred[None], ties, hedonism)
        codes = tuple(CODES[place] for place in places[0])
        settled = tuple(
            Tie(codes[i], codes[i + 1], ties[step]) for i, step in enumerate(decided[0]) if step > 0
        )
        return Ranking(codes, settled)

    def higher(self, hedonism: Hedonism = "openness") -> dict[str, float]:
        """Mean centred score of each higher-order value."""
        scores = dict(zip(CODES, self.centred, strict=True))
        groups = higher_order(hedonism)
        return {key: float(np.mean([scores[code] for code in codes])) for key, codes in groups.items()}

    def as_dict(self) -> dict[str, float]:
        """Raw scores by value code, in circle order."""
        return dict(zip(CODES, self.raw.tolist(), strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        return self._bytes() == other._bytes()

    def __hash__(self) -> int:
        return hash(self._bytes())

    def __repr__(self) -> str:
        scores = ", ".join(f"{code} {score:g}" for code, score in self.as_dict().items())
        return f"Profile({scores})"

    def _bytes(self) -> bytes:
        return (np.append(self.raw, self.mrat) + 0.0).tobytes()  # + 0.0: −0 equals 0

    def _require_complete(self) -> None:
        missing = [code for code, score in self.as_dict().items() if np.isnan(score)]
        if missing:
            raise DataError(f"{self!r} has no score for {', '.join(missing)}: rank complete profiles only.")


def _read(scores: Mapping[str, float] | Sequence[float] | np.ndarray) -> np.ndarray:
    if isinstance(scores, Mapping):
        if set(scores) != set(CODES):
            raise DataError(
                f"a profile has the values {', '.join(CODES)}, not {', '.join(map(str, scores)) or 'none'}."
            )
        scores = [scores[code] for code in CODES]
    try:
        raw = np.array(scores, dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"a profile is ten numbers, not {scores!r}.") from error
    if raw.shape != (len(CODES),) or np.isinf(raw).any():
        raise DataError(f"a profile is ten finite numbers in the order {', '.join(CODES)}, not {scores!r}.")
    return raw
