"""Every analysis on data that can bear it, and on data that cannot."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.populations import Population

from homophily import analysis, catalogue
from homophily.errors import DataError
from homophily.lab.design import Design
from homophily.lab.study import Step, Study
from homophily.values import CODES

DYADS = ("correlation", "mixed", "language", "reciprocity", "permutation", "partner_control", "criterion")
DYADS += ("variance", "surface")
ORDER = ["estimate", "low", "high", "p", "n", "method"]


class Plain(Design):
    """Nothing to choose."""


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "session": ["s1", "s1", "s2", "s2"],
            "language": ["en", "en", "ja", "ja"],
            "respondent": "made",
            "agent": ["a", "b", "a", "b"],
            "item": "trust/01",
            "missing": [None, "refusal", None, None],
        }
    )


def made(tables: dict[str, pd.DataFrame], *names: str) -> Study:
    return Study(
        name="made",
        title="Made",
        design=Plain,
        sessions=lambda design: [],
        play=None,  # type: ignore[arg-type]
        tables=lambda answers, design: tables,
        plan=tuple(Step(name, f"On {name}", {}) for name in names),
    )


@pytest.fixture(scope="module")
def ratings() -> pd.DataFrame:
    population = Population(agents=20, pairs=50, slope=0.8)
    return population.ratings(np.random.default_rng(1), ("trust", "closeness"))


@pytest.mark.parametrize("name", DYADS)
def test_an_analysis_says_what_it_found(name: str, ratings: pd.DataFrame) -> None:
    (finding,) = analysis.run(made({"ratings": ratings}, name), answers(), Plain(study="made"))
    assert finding.name == name
    assert finding.title == f"On {name}"
    table = finding.estimates
    assert table.columns[0] == "term"
    assert [column for column in table.columns if column in ORDER] == ORDER
    known = table.dropna(subset=["low", "high"])
    assert len(known) >= 2
    inside = known[~known["term"].str.startswith("not")]
    assert (inside["low"] <= inside["estimate"] + 1e-9).all()
    assert (inside["estimate"] <= inside["high"] + 1e-9).all()


@pytest.mark.parametrize("name", DYADS)
def test_ratings_without_variance_are_reported_as_such(name: str, ratings: pd.DataFrame) -> None:
    flat = ratings.assign(trust=4.0, closeness=4.0)
    (finding,) = analysis.run(made({"ratings": flat}, name), answers(), Plain(study="made"))
    assert finding.estimates["low"].isna().all()
    assert finding.warnings
    assert "Reproduced" not in finding.text


@pytest.mark.parametrize("name", DYADS)
def test_a_handful_of_pairs_crashes_nothing(name: str, ratings: pd.DataFrame) -> None:
    few = ratings[ratings["session"].isin(ratings["session"].unique()[:2])]
    (finding,) = analysis.run(made({"ratings": few}, name), answers(), Plain(study="made"))
    assert finding.warnings


@pytest.mark.parametrize("name", sorted(set(catalogue.names("analysis"))))
def test_a_missing_table_is_a_finding_not_a_crash(name: str) -> None:
    (finding,) = analysis.run(made({}, name), answers()[:0], Plain(study="made"))
    assert finding.text.startswith("Not estimated: ")


@pytest.mark.parametrize("name", sorted(set(catalogue.names("analysis"))))
def test_a_missing_table_is_an_error_to_whoever_calls_directly(name: str) -> None:
    with pytest.raises(DataError, match="no table"):
        catalogue.get("analysis", name)({})


def test_missing_and_sample_read_the_answers() -> None:
    missing, sample = analysis.run(made({}, "missingness", "sample"), answers(), Plain(study="made"))
    assert missing.text == "1 of 4 answers are missing (refusal 1)."
    assert missing.data is not None
    assert missing.data.to_dict("records") == [
        {"respondent": "made", "language": "en", "missing": "refusal", "n": 1, "asked": 2}
    ]
    counted = sample.estimates.set_index(["term", "language"])["estimate"]
    assert counted["agents", "en"] == 2
    assert counted["sessions", "ja"] == 1


def test_partner_values_alone_are_no_similarity_effect() -> None:
    """Averaged over draws, the controlled slope is nil while the naive correlation is not."""
    population = Population(agents=30, pairs=120, partner_values=0.8, actor=0.2, partner=0.1, residual=0.5)
    slopes: dict[str, list[float]] = {"controlled slope": [], "naive correlation": []}
    for seed in range(12):
        tables = {"ratings": population.ratings(np.random.default_rng(seed))}
        table = catalogue.get("analysis", "partner_control")(tables, outcomes=("trust",)).estimates
        for term, found in slopes.items():
            found.append(table.loc[(table["term"] == term) & (table["language"] == "en"), "estimate"].item())
    controlled, naive = (np.array(found) for found in slopes.values())
    assert abs(controlled.mean()) < 3 * controlled.std() / 12**0.5
    assert naive.mean() > 3 * naive.std() / 12**0.5


def test_a_single_language_has_no_difference(ratings: pd.DataFrame) -> None:
    english = ratings[ratings["language"] == "en"]
    finding = catalogue.get("analysis", "language")({"ratings": english}, outcomes=("trust",))
    assert "one language only" in finding.warnings[-1]


def test_controls_need_a_control(ratings: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="no control condition"):
        catalogue.get("analysis", "controls")({"ratings": ratings})


def test_controls_find_a_leak_and_only_a_leak(ratings: pd.DataFrame) -> None:
    rng = np.random.default_rng(4)
    silent = ratings.assign(condition="none", trust=rng.normal(4, 1, len(ratings)))
    silent["closeness"] = 4 + 2 * silent["similarity"] + rng.normal(0, 0.3, len(silent))
    finding = catalogue.get("analysis", "controls")({"ratings": silent})
    assert "closeness (none)" in finding.text
    assert "trust" not in finding.text


def test_the_permutation_sees_profiles_of_all_codes(ratings: pd.DataFrame) -> None:
    lacking = ratings.drop(columns=[f"rater_{CODES[0]}"])
    with pytest.raises(DataError, match="rater_SD"):
        catalogue.get("analysis", "permutation")({"ratings": lacking})
