"""People who rate five agents of graded similarity, simulated directly: the tables of the Teammates study."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from homophily.values import CODES

THEMES = ("values", "competence", "care", "risk", "reasons", "style", "machine")
DESIGNED = (-1.0, -0.5030, 0.0061, 0.5030, 1.0)  # Spearman's correlation by level
QUESTIONS = ("why-trust", "what-alike")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """A population with known parameters.

    Attributes:
        n: Participants.
        noticed: Change of rated similarity per level.
        within: Change of trust per unit of rated similarity, within a person.
        between: Change of a person's mean trust per unit of mean rated similarity.
        direct: Change of trust per level that does not go through rated similarity.
        slope_sd: Spread of the slope `within` between persons.
        person_sd: Spread of persons' mean trust.
        noise: Residual standard deviation of trust.
        rating_sd: Residual standard deviation of rated similarity.
        position: Change of trust per position.
        carry: Change of trust per level of the agent before.
        rounded: Answers are means of whole items on their scales; else numbers without bounds.
        missing: Share of ratings that are missing.
        coders: How often two coders find a theme where it is, and where it is not.
    """

    n: int = 89
    noticed: float = 0.5
    within: float = 0.2
    between: float = 0.1
    direct: float = 0.0
    slope_sd: float = 0.1
    person_sd: float = 0.4
    noise: float = 0.5
    rating_sd: float = 0.8
    position: float = 0.0
    carry: float = 0.0
    rounded: bool = True
    missing: float = 0.0
    coders: tuple[float, float] = (0.9, 0.05)

    def tables(self, rng: np.random.Generator) -> dict[str, pd.DataFrame]:
        """Every table of the study."""
        ratings = self.ratings(rng)
        answers = self._answers(ratings)
        return {
            "ratings": ratings,
            "decisions": self._decisions(ratings, rng),
            "people": self._people(ratings, rng),
            "open_answers": answers,
            "codings": self._codings(answers, rng),
        }

    def ratings(self, rng: np.random.Generator) -> pd.DataFrame:
        """One row participant × agent."""
        n, rows = self.n, 5 * self.n
        person = np.repeat(np.arange(n), 5)
        level = _orders(n)
        before = np.where(np.arange(rows) % 5 > 0, np.roll(level, 1), 3)
        similarity = self._scale(
            4 + rng.normal(0, 0.6, n)[person] + self.noticed * (level - 3)
            + rng.normal(0, self.rating_sd, rows),
            1, 7, 5,
        )  # fmt: skip
        middle = np.bincount(person, similarity) / 5
        own = self.within + rng.normal(0, self.slope_sd, n) if self.slope_sd else np.full(n, self.within)
        pull = own[person] * (similarity - middle[person]) + self.direct * (level - 3)
        position = np.arange(rows) % 5 + 1
        pull = pull + self.position * (position - 3) + self.carry * (before - 3)
        latent = pull + (self.between * (middle - 4) + rng.normal(0, self.person_sd, n))[person]
        felt = latent + rng.normal(0, self.noise, rows)
        frame = pd.DataFrame(
            {
                "participant": [f"p{k:04}" for k in person],
                "language": np.where(person % 3 == 2, "ja", "en"),
                "sequence": person % 10,
                "position": position,
                "agent": [f"agent-{k}" for k in np.arange(rows) % 5 + 1],
                "level": level,
                "similarity_designed": np.array(DESIGNED)[level - 1],
                "similarity_rated": similarity,
                "trust": self._scale(3 + felt, 1, 5, 12),
            }
        )
        for facet in ("risk", "benevolence", "competence", "reciprocity"):
            frame[f"trust_{facet}"] = self._scale(3 + felt + rng.normal(0, 0.3, rows), 1, 5, 3)
        frame["alone"] = self._scale(50 + 20 * (latent + rng.normal(0, self.noise, rows)), 0, 100, 1)
        frame["followed"] = rng.binomial(4, special.expit(0.4 + 2 * pull)) / 4
        frame["confidence"] = self._scale(4 + pull + rng.normal(0, 0.6, rows), 1, 7, 4)
        wish = (pull + rng.normal(0, self.noise, rows)).reshape(n, 5)
        frame["rank"] = (5 - wish.argsort(axis=1).argsort(axis=1)).ravel().astype(float)
        frame["name"], frame["picture"] = "name", "picture"
        for column in ("similarity_rated", "trust", "alone"):
            frame.loc[rng.random(rows) < self.missing, column] = np.nan
        return frame

    def _scale(self, value: np.ndarray, low: float, high: float, items: int) -> np.ndarray:
        """Means of whole items within their scale."""
        if not self.rounded:
            return value
        return np.clip(np.round(value * items) / items, low, high)

    def _decisions(self, ratings: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        rows = ratings.loc[ratings.index.repeat(4), ["participant", "agent", "level", "position", "followed"]]
        point = np.tile(np.arange(4), len(ratings))
        # Which of the four points were followed is arbitrary; how many is not.
        follow = point < np.round(rows["followed"].to_numpy() * 4)
        return rows.drop(columns="followed").assign(
            point=[f"point-{k + 1}" for k in point],
            choice=np.where(follow, "follow", "else"),
            asked_why=rng.random(len(rows)) < 0.3,
            confidence=rng.integers(1, 8, len(rows)).astype(float),
        ).reset_index(drop=True)  # fmt: skip

    def _people(self, ratings: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        people = ratings.drop_duplicates("participant")[["participant", "language", "sequence"]]
        values = rng.normal(0, 1, (len(people), len(CODES)))
        centred = pd.DataFrame(values - values.mean(axis=1, keepdims=True), columns=list(CODES))
        people = people.reset_index(drop=True).assign(age=rng.integers(18, 80, len(people)), gender="")
        return pd.concat([people, centred], axis=1).assign(complete=True)

    def _answers(self, ratings: pd.DataFrame) -> pd.DataFrame:
        parts = [
            ratings[["participant", "level", "position"]].assign(
                question=question, path="agent-" + ratings["position"].astype(str) + "/" + question,
                text="because", missing=None,
            )
            for question in QUESTIONS
        ]  # fmt: skip
        return pd.concat(parts, ignore_index=True)

    def _codings(self, answers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
        keys = answers[["participant", "level", "position", "question", "path"]]
        chance = np.full((len(keys), len(THEMES)), 0.15)
        chance[:, 0] = 0.1 + 0.12 * (keys["level"] - 1)  # shared values are told of where values are shared
        there = rng.random(chance.shape) < chance
        parts = []
        for coder in ("ann", "ben"):
            found = rng.random(there.shape) < np.where(there, *self.coders)
            for place, theme in enumerate(THEMES):
                parts.append(keys[found[:, place]].assign(coder=coder, theme=theme))
            parts.append(keys[~found.any(axis=1)].assign(coder=coder, theme=""))
        return pd.concat(parts, ignore_index=True)


def _orders(n: int) -> np.ndarray:
    """Levels in the order met: a balanced design of ten sequences for five agents, (5 n,)."""
    first = np.array([0, 1, 4, 2, 3])
    rows = [(first + k) % 5 + 1 for k in range(5)]
    rows += [row[::-1] for row in rows]
    return np.concatenate([rows[k % 10] for k in range(n)])
