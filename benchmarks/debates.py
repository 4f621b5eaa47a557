"""Debates with known parameters, as arrays and as the tables of the debate study.

The analyses are proved on these without playing a study: the published coefficients (Sachdeva & van Nuenen
2026, Table 1), base rates and leanings drawn from their priors, the fifteen published experiments.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from homophily.analysis._estimators.conformity import EFFECTS, Process, simulate
from homophily.analysis._estimators.panel import NEVER, Panel
from homophily.dilemmas.verdict import VERDICTS

MODELS = ("gpt", "claude", "gemini")
PROTOCOLS = ("synchronous", "round_robin")
#: Published inertia and conformity, in log odds, by model in the order of `MODELS`.
PUBLISHED = {
    "inertia": (2.12, 1.48, 1.02),
    "previous": (0.26, 0.39, -0.01),
    "within": (2.22, 0.03, 1.65),
}


@dataclass(frozen=True, kw_only=True)
class Debates:
    """A population of debates.

    `effects` are by model, or by protocol and model; `experiments` are (protocol, models in speaking order).
    """

    dilemmas: int = 1000
    models: Sequence[str] = MODELS
    rounds: int = 4
    effects: dict[str, Sequence[float] | Sequence[Sequence[float]]] = field(
        default_factory=lambda: dict(PUBLISHED)
    )
    base: float = 1.0
    leaning: float = 1.0
    unreadable: float = 0.0
    goals: Sequence[str] = ("original",)
    experiments: Sequence[tuple[str, tuple[int, ...]]] = (
        *(("synchronous", pair) for pair in itertools.combinations(range(3), 2)),
        *(("round_robin", order) for size in (2, 3) for order in itertools.permutations(range(3), size)),
    )

    def process(self, rng: np.random.Generator) -> Process:
        """The parameters, with base rates and leanings drawn."""
        kinds, models = len(VERDICTS), len(self.models)
        effects = np.zeros((models, len(PROTOCOLS), len(EFFECTS)))
        for name, planted in self.effects.items():
            effects[:, :, EFFECTS.index(name)] = np.atleast_2d(np.asarray(planted, dtype=float)).T
        base, leaning = (
            rng.normal(0, sd, (n, kinds)) for sd, n in ((self.base, models), (self.leaning, self.dilemmas))
        )
        centre = [x - x.mean(axis=1, keepdims=True) for x in (base, leaning)]
        return Process(base=centre[0], leaning=centre[1], effects=effects)

    def schedule(self) -> tuple[Panel, pd.DataFrame]:
        """Every debate still to come, and its keys."""
        seats = max(len(order) for _, order in self.experiments)
        rows, models = [], []
        for goal in self.goals:
            for protocol, order in self.experiments:
                who = [self.models[m] for m in order]
                name = f"sync:{'+'.join(who)}" if protocol == "synchronous" else f"rr:{'>'.join(who)}"
                for d in range(self.dilemmas):
                    models.append([*order, *[-1] * (seats - len(order))])
                    rows.append((name, protocol, goal, "en", f"d{d:04}", len(order)))
        columns = ["experiment", "protocol", "goal", "language", "dilemma", "seats"]
        frame = pd.DataFrame(rows, columns=columns)
        frame["debate"] = frame["dilemma"] + "-1"
        frame["session"] = frame["goal"] + "/" + frame["experiment"] + "/" + frame["debate"]
        frame["replicate"], frame["max_rounds"] = 1, self.rounds
        synchronous = (frame["protocol"] == "synchronous").to_numpy()
        panel = Panel(
            verdicts=np.full((len(frame), self.rounds, seats), NEVER),
            models=np.array(models),
            dilemma=np.tile(np.arange(self.dilemmas), len(frame) // self.dilemmas),
            protocol=np.where(synchronous, 0, 1),
            simultaneous=synchronous,
        )
        return panel, frame

    def panel(self, rng: np.random.Generator, process: Process | None = None) -> Panel:
        """One draw of all debates."""
        played = process or self.process(rng)
        return simulate(played, self.schedule()[0], rng, unreadable=self.unreadable)

    def tables(self, rng: np.random.Generator, process: Process | None = None) -> dict[str, pd.DataFrame]:
        """One draw, as the tables ``debates`` and ``verdicts``."""
        return tables(self.panel(rng, process), self.schedule()[1], self.models)


def tables(panel: Panel, frame: pd.DataFrame, models: Sequence[str]) -> dict[str, pd.DataFrame]:
    """A panel and its keys as the tables of the debate study."""
    debate, turn, seat = np.nonzero(panel.asked)
    said = panel.verdicts[debate, turn, seat]
    keys = ["session", "debate", "experiment", "protocol", "goal", "language", "dilemma", "replicate"]
    verdicts = frame.loc[debate, keys].reset_index(drop=True)
    verdicts = verdicts.assign(
        round=turn + 1,
        position=seat + 1,
        seat=[f"agent-{s + 1}" for s in seat],
        model=np.asarray(models)[panel.models[debate, seat]],
        agent=[f"Agent {s + 1}" for s in seat],
        verdict=np.array([*VERDICTS, None], dtype=object)[said],
        missing=np.where(said < 0, "unreadable", None),
        words=40,
        text="",
    )
    last = panel.verdicts[np.arange(len(frame)), np.maximum(panel.rounds - 1, 0)]
    there = panel.models >= 0
    alike = (((last == last[:, :1]) & (last >= 0)) | ~there).all(axis=1)
    counts = (last[..., None] == np.arange(len(VERDICTS))).sum(axis=1)
    most = np.where(2 * counts.max(axis=1) > panel.seats, counts.argmax(axis=1), -1)
    named = np.array([*VERDICTS, None], dtype=object)
    debates = frame.assign(
        rounds=panel.rounds,
        consensus=alike,
        verdict=named[np.where(alike, last[:, 0], -1)],
        majority=named[most],
        stopped=np.where(alike, "consensus", "limit"),
        invited=None,
        **{f"human_{code}": np.nan for code in VERDICTS},
    )
    return {"debates": debates, "verdicts": verdicts}


@dataclass(frozen=True, kw_only=True)
class Voiced:
    """Values voiced in debates, drawn by one judge who never errs.

    Each dilemma has its own theme; a message voices value v with the log odds of its base, the model's habit,
    the dilemma's theme, and `inherit` if another voiced v in the first round and this agent has changed its
    verdict since.
    """

    values: int = 8
    base: float = -1.5
    habit: float = 0.0
    theme: float = 1.0
    inherit: float = 0.0

    @property
    def codes(self) -> tuple[str, ...]:
        """The values that can be voiced."""
        from homophily.values.taxonomy import taxonomy

        return taxonomy().codes[: self.values]

    def labels(self, panel: Panel, rng: np.random.Generator) -> np.ndarray:
        """Whether each message voices each value, (debates, rounds, seats, values)."""
        habit = rng.normal(0, self.habit, (panel.models.max() + 1, self.values))
        theme = rng.normal(0, self.theme, (panel.dilemma.max() + 1, self.values))
        logit = self.base + habit[panel.models][:, None] + theme[panel.dilemma][:, None, None]
        logit = np.broadcast_to(logit, (*panel.verdicts.shape, self.values)).copy()
        found = rng.random(logit.shape) < 1 / (1 + np.exp(-logit))
        first = found[:, 0] & panel.asked[:, 0, :, None]
        others = (first.sum(axis=1, keepdims=True) - first) > 0
        differs = panel.readable & (panel.verdicts != panel.first()[:, None, :])
        taken = np.logical_or.accumulate(differs, axis=1)[..., None] & others[:, None]
        logit += self.inherit * taken
        later = rng.random(logit.shape) < 1 / (1 + np.exp(-logit))
        found[:, 1:] = later[:, 1:]
        return found & panel.asked[..., None]

    def tables(self, verdicts: pd.DataFrame, labels: np.ndarray) -> dict[str, pd.DataFrame]:
        """The tables ``judgements`` and ``labels``; `verdicts` as `tables` makes them of the same panel."""
        asked = pd.factorize(verdicts["session"])[0]
        place = (asked, verdicts["round"].to_numpy() - 1, verdicts["position"].to_numpy() - 1)
        said = labels[place]
        keys = verdicts.drop(columns=["verdict", "missing", "words", "text", "seat", "agent"])
        judged = keys.assign(judge="judge", missing=None, n=said.sum(axis=1), off_list=0)
        row, value = np.nonzero(said)
        named = keys.iloc[row].assign(judge="judge", value=np.array(self.codes)[value])
        return {"judgements": judged, "labels": named.reset_index(drop=True)}
