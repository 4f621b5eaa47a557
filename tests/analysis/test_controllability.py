"""Controllability, stability, behaviour and circle on profiles with known slope and noise."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.populations import human

from homophily import catalogue
from homophily.analysis._agreement import STATISTICS, summarise, sums
from homophily.errors import DataError
from homophily.studies.controllability.winner import winner
from homophily.values import CODES
from homophily.values.similarity.pearson import pearson
from homophily.values.similarity.spearman import spearman

#: Persona design: slope and noise of measured on target values.
DESIGNS = {"none": (0.0, 0.5), "scores": (1.0, 0.3), "portrait": (0.5, 0.9)}


def profiles(n: int = 30, replicates: int = 2, seed: int = 1) -> pd.DataFrame:
    rng, target = np.random.default_rng(seed), human(n, seed)
    blocks = []
    for design, (slope, noise) in DESIGNS.items():
        for language in ("en", "ja"):
            for replicate in range(replicates):
                measured = slope * target + rng.normal(0, noise, target.shape)
                block = pd.DataFrame(target, columns=[f"target_{code}" for code in CODES])
                block[[f"measured_{code}" for code in CODES]] = measured
                block["profile"] = [f"profile-{i:03}" for i in range(n)]
                blocks.append(block.assign(design=design, language=language, replicate=replicate))
    frame = pd.concat(blocks, ignore_index=True)
    return frame.assign(respondent="made", model=None, n_items=21, n_missing=rng.integers(0, 2, len(frame)))


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return profiles()


def cell(estimates: pd.DataFrame, term: str, design: str, language: str = "en") -> pd.Series:
    rows = estimates[(estimates["term"] == term) & (estimates["design"] == design)]
    (row,) = [row for _, row in rows.iterrows() if row["language"] == language]
    return row


def test_sums_give_the_statistics_of_the_profiles_themselves(table: pd.DataFrame) -> None:
    block = table[:30]
    target, measured = (block[[f"{k}_{c}" for c in CODES]].to_numpy() for k in ("target", "measured"))
    measured[3, 2] = np.nan
    found = dict(zip(STATISTICS, summarise(sums(target, measured).sum(axis=0)), strict=True))
    known = np.isfinite(measured)
    slope, intercept = np.polyfit(target[known], measured[known], 1)
    assert found["spearman"] == pytest.approx(np.nanmean(spearman(target, measured)))
    assert found["pearson"] == pytest.approx(np.nanmean(pearson(target, measured)))
    assert found["mean absolute error"] == pytest.approx(np.nanmean(np.abs(target - measured)))
    assert found["slope"] == pytest.approx(slope)
    assert found["intercept"] == pytest.approx(intercept)
    kept = known[:, 2]
    across = np.corrcoef(target[kept, 2], measured[kept, 2])[0, 1]
    assert found[f"pearson across profiles[{CODES[2]}]"] == pytest.approx(across)


def test_slope_and_winner_are_found(table: pd.DataFrame) -> None:
    finding = catalogue.get("analysis", "controllability")({"profiles": table}, draws=200)
    slope = cell(finding.estimates, "slope", "scores")
    assert slope["low"] < 1.0 < slope["high"]
    compressed = cell(finding.estimates, "slope", "portrait", "ja")
    assert compressed["low"] < 0.5 < compressed["high"]
    assert cell(finding.estimates, "probability of winning", "scores", "all")["estimate"] == 1
    assert "'scores' with 'made'" in finding.text
    assert winner(table).design == "scores"
    chances = finding.estimates[finding.estimates["term"] == "probability of winning"]
    assert set(chances["design"]) == {"scores", "portrait"}
    assert chances["estimate"].sum() == pytest.approx(1)


def test_sittings_that_rate_all_alike_are_counted(table: pd.DataFrame) -> None:
    flat = table.copy()
    flat.loc[flat["design"] == "none", [f"measured_{code}" for code in CODES]] = 0.0
    finding = catalogue.get("analysis", "controllability")({"profiles": flat}, draws=50)
    assert "120 of 360 sittings rate all values alike" in finding.warnings[0]
    assert np.isnan(cell(finding.estimates, "spearman", "none")["estimate"])
    assert cell(finding.estimates, "slope", "none")["estimate"] == pytest.approx(0)


def test_noise_lowers_stability(table: pd.DataFrame) -> None:
    finding = catalogue.get("analysis", "stability")({"profiles": table}, draws=100)
    steady = cell(finding.estimates, "ipsative correlation", "scores")
    shaky = cell(finding.estimates, "ipsative correlation", "none")
    assert steady["low"] > 0.8
    assert abs(shaky["estimate"]) < 0.2  # three standard errors
    with pytest.raises(DataError, match="measured once"):
        catalogue.get("analysis", "stability")({"profiles": table[table["replicate"] == 0]})


def test_choices_follow_the_planted_log_odds() -> None:
    rng = np.random.default_rng(2)
    n, items = 60, 20
    difference = rng.normal(0, 1, n * items)
    chose = 1.0 * (rng.random(n * items) < 1 / (1 + np.exp(-1.2 * difference)))
    chose[0] = np.nan
    choices = pd.DataFrame(
        {
            "profile": np.repeat([f"profile-{i}" for i in range(n)], items),
            "target_difference": difference,
            "chose_first": chose,
            "respondent": "made",
            "design": "scores",
            "language": "en",
        }
    )
    finding = catalogue.get("analysis", "behaviour")({"choices": choices}, draws=200)
    slope = cell(finding.estimates, "logistic slope", "scores")
    assert slope["low"] < 1.2 < slope["high"]
    share = cell(finding.estimates, "share as predicted", "scores")
    assert 0.65 < share["low"] < share["estimate"] < share["high"] < 0.8
    assert "1 of 1200 choices are missing" in finding.warnings[0]
    sure = choices.assign(chose_first=1.0 * (choices["target_difference"] > 0))
    finding = catalogue.get("analysis", "behaviour")({"choices": sure}, draws=50)
    assert cell(finding.estimates, "share as predicted", "scores")["estimate"] == 1
    assert "no finite slope" in finding.warnings[0]


def test_people_keep_the_circle_and_noise_does_not() -> None:
    target = human(400, 5)
    columns = [f"target_{code}" for code in CODES], [f"measured_{code}" for code in CODES]
    frame = pd.DataFrame(target, columns=columns[0])
    frame[columns[1]] = np.random.default_rng(1).normal(size=target.shape)
    frame = frame.assign(agent=[f"agent-{i}" for i in range(400)], language="en", respondent="made")
    finding = catalogue.get("analysis", "circle")({"agents": frame}, draws=20)
    rows = finding.estimates.set_index("term")
    assert rows.loc["target", "passes"]
    assert rows.loc["target", "estimate"] < -0.75
    assert not rows.loc["measured", "passes"]
    assert finding.data is not None
    assert list(finding.data["value"]) == list(CODES)
