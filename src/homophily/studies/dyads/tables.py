"""The tidy tables of a dyad study: ratings, pairs, agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from homophily import catalogue, instruments, values
from homophily.studies._scores import centred, score
from homophily.studies.dyads.population import Population, populate
from homophily.studies.dyads.sessions import sessions

if TYPE_CHECKING:
    import pandas as pd

    from homophily.studies.dyads.design import DyadDesign

__all__ = ["tables"]

OTHER = {"a": "b", "b": "a"}


def tables(answers: pd.DataFrame, design: DyadDesign) -> dict[str, pd.DataFrame]:
    """The tables that the analyses read.

    Sessions of which nothing is recorded yet are left out.

    Args:
        answers: One row an ask, as `homophily.lab.tidy.answers` gives them.
        design: The design they were gathered under.

    Returns:
        ``ratings``, one row a directed rating; ``pairs``, one row a session; ``agents``, one row an agent,
        language and respondent. All value columns are centred.
    """
    import pandas as pd

    population = populate(design)
    seats = _seats(answers, design)
    outcomes = _outcomes(answers, design, seats)
    measured = _measured(answers, design, seats)
    ratings = pd.concat(
        [
            seats.drop(columns="place"),
            _similarities(design, population, seats, measured),
            outcomes,
            _profiles(population, seats, measured),
        ],
        axis=1,
    )
    return {"ratings": ratings, "pairs": _pairs(answers, ratings, outcomes), "agents": _agents(ratings)}


def _seats(answers: pd.DataFrame, design: DyadDesign) -> pd.DataFrame:
    """One row a seat, the two of a session next to each other."""
    import pandas as pd

    played = set(answers["session"])
    rows = [
        {
            "session": session.id,
            "pair": session.condition["pair"],
            "language": session.language,
            "condition": session.condition["condition"],
            "rater": session.seats[seat].persona.id,
            "partner": session.seats[OTHER[seat]].persona.id,
            "seat": seat,
            "respondent": session.seats[seat].respondent,
            "bin": session.condition["bin"],
            "a_opens": session.condition["a_opens"],
        }
        for session in sessions(design)
        if session.id in played
        for seat in OTHER
    ]
    columns = ["session", "pair", "language", "condition", "rater", "partner", "seat", "respondent"]
    seats = pd.DataFrame(rows, columns=[*columns, "bin", "a_opens"])
    models = answers.dropna(subset=["model"]).drop_duplicates(["session", "seat"])
    named = models.set_index(["session", "seat"])["model"].to_dict()
    seats.insert(8, "model", [named.get(key) for key in zip(seats["session"], seats["seat"], strict=True)])
    seats["place"] = seats["pair"].str.removeprefix("pair-").astype(int) - 1
    return seats


def _outcomes(answers: pd.DataFrame, design: DyadDesign, seats: pd.DataFrame) -> pd.DataFrame:
    """Each outcome's scores, facets beside the whole, and the number of ratings without a value."""
    import pandas as pd

    sittings = list(zip(seats["session"], seats["seat"], strict=True))
    phase, asked = _phases(answers)
    columns: dict[str, list[float]] = {}
    missing = np.zeros(len(seats), dtype=int)
    for outcome, name in design.ratings.instruments().items():
        form = instruments.load(name)
        scored = score(answers[(phase == "ratings") & (asked == outcome)], form)
        for measure in form.measures:
            columns[_column(outcome, measure, form.measures)] = [
                scored[sitting].scores[measure] if sitting in scored else np.nan for sitting in sittings
            ]
        open_ = [scored[sitting].missing if sitting in scored else len(form.entries) for sitting in sittings]
        missing += np.array(open_, dtype=int)
    return pd.DataFrame({**columns, "n_missing": missing}, index=seats.index)


def _phases(answers: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The first two parts of every path, (answers,) each; a run has few different paths."""
    import pandas as pd

    codes, paths = pd.factorize(answers["path"])
    parts = [(*path.split("/"), "")[:2] for path in paths]
    first, second = np.array(parts, dtype=object).reshape(-1, 2).T
    return first[codes], second[codes]


def _column(outcome: str, measure: str, measures: tuple[str, ...]) -> str:
    """An instrument's only or whole score is the outcome itself; facets follow its name."""
    if len(measures) == 1 or ("." not in measure and sum("." not in other for other in measures) == 1):
        return outcome
    return f"{outcome}_{measure.rpartition('.')[2]}"


def _measured(answers: pd.DataFrame, design: DyadDesign, seats: pd.DataFrame) -> np.ndarray:
    """Centred value scores as each seat stated them, (seats, 10); NaN where not measured."""
    if not design.values.instrument:
        return np.full((len(seats), len(values.CODES)), np.nan)
    form = instruments.load(design.values.instrument)
    scored = score(answers[_phases(answers)[0] == "values"], form)
    return centred(scored, list(zip(seats["session"], seats["seat"], strict=True)), form)


def _similarities(
    design: DyadDesign, population: Population, seats: pd.DataFrame, measured: np.ndarray
) -> pd.DataFrame:
    """Similarity of rater and partner, by every measure, of target and of measured values."""
    import pandas as pd

    raters, partners = (_places(population, seats[column]) for column in ("rater", "partner"))
    target, columns = population.profiles, {}
    for name in catalogue.names("values.similarity"):
        measure = catalogue.get("values.similarity", name)
        columns[f"similarity_{name}"] = measure(target[raters], target[partners])
        columns[f"similarity_measured_{name}"] = measure(measured, _swapped(measured))
    first = {
        "similarity": columns[f"similarity_{design.similarity}"],
        "similarity_measured": columns[f"similarity_measured_{design.similarity}"],
        "similarity_assigned": np.where(
            seats["condition"] == "swapped", population.similarity[seats["place"]], np.nan
        ),
    }
    return pd.DataFrame({**first, **columns}, index=seats.index)


def _profiles(population: Population, seats: pd.DataFrame, measured: np.ndarray) -> pd.DataFrame:
    """Centred target and measured values of rater and partner."""
    import pandas as pd

    target = values.centre(population.profiles)
    blocks = {
        "rater": target[_places(population, seats["rater"])],
        "partner": target[_places(population, seats["partner"])],
        "rater_measured": measured,
        "partner_measured": _swapped(measured),
    }
    return pd.concat(
        [
            pd.DataFrame(block, columns=[f"{who}_{code}" for code in values.CODES], index=seats.index)
            for who, block in blocks.items()
        ],
        axis=1,
    )


def _pairs(answers: pd.DataFrame, ratings: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """One row a session: what its two ratings share, the mean of both directions, values named aloud.

    A mean needs both directions; ``n_missing`` is their sum.
    """
    shared = ["session", "pair", "language", "condition", "bin", "a_opens"]
    similarities = [column for column in ratings.columns if column.startswith("similarity")]
    pairs = ratings[ratings["seat"] == "a"][[*shared, *similarities]].reset_index(drop=True)
    for column in outcomes.columns:
        both = ratings[column].to_numpy().reshape(-1, 2)
        pairs[column] = both.sum(axis=1) if column == "n_missing" else both.mean(axis=1)
    said = answers[_phases(answers)[0] == "dialogue"]
    named = said[_names_a_value(said["value"])].groupby("session").size()
    pairs["named_values"] = pairs["session"].map(named).fillna(0).astype(int)
    return pairs


def _names_a_value(utterances: pd.Series[str]) -> pd.Series[bool]:
    """Whether an utterance holds the name of a value, as a sign that a persona was spoken aloud."""
    spoken = "|".join(name for value in values.VALUES.values() for name in value.name.values())
    return utterances.astype("string").str.contains(spoken, case=False, regex=True).fillna(False).astype(bool)


def _agents(ratings: pd.DataFrame) -> pd.DataFrame:
    """One row an agent, language and respondent: target values, and the mean of all self-reports."""
    keys = ["rater", "language", "respondent"]
    columns = {f"rater_{code}": f"target_{code}" for code in values.CODES}
    columns |= {f"rater_measured_{code}": f"measured_{code}" for code in values.CODES}
    agents = ratings.groupby(keys, sort=True)[list(columns)].mean().rename(columns=columns)
    agents.insert(0, "sessions", ratings.groupby(keys).size())
    return agents.reset_index().rename(columns={"rater": "agent"})


def _places(population: Population, agents: pd.Series[str]) -> np.ndarray:
    place = {population.agent(i): i for i in range(len(population.profiles))}
    return agents.map(place).to_numpy(dtype=int)


def _swapped(block: np.ndarray) -> np.ndarray:
    """Rows of the two seats of each session exchanged."""
    return block.reshape(-1, 2, block.shape[-1])[:, ::-1].reshape(block.shape)
