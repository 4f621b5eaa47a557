"""Populations with known parameters, as tables: what the analyses are proved on, without playing a study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from homophily import values
from homophily.values import CODES, profiles
from homophily.values.similarity.pearson import pearson


@dataclass(frozen=True, kw_only=True)
class Population:
    """What is planted in the ratings, on a scale with a residual standard deviation near 1.

    The slope is per unit of similarity; `partner_values` is what a scale point of the partner's benevolence
    adds and power takes away; the rest are standard deviations of random effects.
    """

    agents: int = 60
    pairs: int = 200
    languages: tuple[str, ...] = ("en", "ja")
    slope: float = 0.0
    slope_difference: float = 0.0
    partner_values: float = 0.0
    actor: float = 0.5
    partner: float = 0.4
    pair: float = 0.3
    residual: float = 0.8
    stratified: bool = True

    def ratings(self, rng: np.random.Generator, outcomes: tuple[str, ...] = ("trust",)) -> pd.DataFrame:
        """One draw of the table ``ratings``: new profiles, new pairs, new ratings."""
        from homophily import catalogue

        generator = catalogue.get("values.profiles", "human")
        scores = values.centre(generator(self.agents, rng))
        similarity = np.asarray(pearson(scores[:, None], scores[None]))
        members = self._pairs(similarity, rng)
        rows = [
            {"session": f"{language}/pair-{n:04}", "pair": f"pair-{n:04}", "language": language, "seat": seat}
            for language in self.languages
            for n in range(len(members))
            for seat in "ab"
        ]
        rater = np.tile(members, (len(self.languages), 1)).ravel()
        partner = np.tile(members[:, ::-1], (len(self.languages), 1)).ravel()
        frame = pd.DataFrame(rows).assign(
            condition="dialogue",
            respondent="direct",
            rater=[f"agent-{i:03}" for i in rater],
            partner=[f"agent-{i:03}" for i in partner],
            similarity=similarity[rater, partner],
        )
        for outcome in outcomes:
            frame[outcome] = self._rate(frame, scores, rater, partner, rng)
        for who, places in (("rater", rater), ("partner", partner)):
            for column, code in enumerate(CODES):
                frame[f"{who}_{code}"] = scores[places, column]
        return frame

    def _rate(
        self,
        frame: pd.DataFrame,
        scores: np.ndarray,
        rater: np.ndarray,
        partner: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        last = (frame["language"] == self.languages[-1]).to_numpy()
        slope = self.slope + self.slope_difference * last
        liked = scores[partner, CODES.index("BE")] - scores[partner, CODES.index("PO")]
        pair = pd.factorize(frame["pair"])[0]
        actor, target = rng.normal(0, [[self.actor], [self.partner]], (2, self.agents))
        relation = rng.normal(0, self.pair, pair.max() + 1)
        mean = 4 + slope * frame["similarity"].to_numpy() + self.partner_values * liked + 0.2 * last
        return (
            mean + actor[rater] + target[partner] + relation[pair] + rng.normal(0, self.residual, len(frame))
        )

    def _pairs(self, similarity: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Distinct pairs, in five equal bins of similarity if stratified, (pairs, 2)."""
        every = np.column_stack(np.triu_indices(self.agents, 1))
        every = rng.permutation(every)
        if not self.stratified:
            return every[: self.pairs]
        given = similarity[every[:, 0], every[:, 1]]
        low, high = np.quantile(given, [0.05, 0.95])
        bins = np.clip(((given - low) / (high - low) * 5).astype(int), 0, 4)
        turn = pd.Series(bins).groupby(bins).cumcount().to_numpy()
        chosen: np.ndarray = every[np.argsort(turn, kind="stable")[: self.pairs]]
        return rng.permuted(chosen, axis=1)


def human(n: int, seed: int) -> np.ndarray:
    """Centred profiles of people, (n, 10)."""
    return np.asarray(values.centre(profiles.human(n, np.random.default_rng(seed))))
