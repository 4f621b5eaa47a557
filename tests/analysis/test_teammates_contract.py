"""Every analysis of the Teammates study takes exactly the study's tables, and bears what people leave out."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from homophily import catalogue
from homophily.analysis import Finding
from homophily.errors import DataError
from homophily.lab import rehearse
from homophily.report import _svg, style
from tests.analysis.teams import ANALYSES, COLUMNS, NUMBERS, simulated

LAST = ["estimate", "low", "high", "p", "n", "method"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return simulated(n=16)


def played(name: str, tables: Mapping[str, pd.DataFrame], *, quick: bool = True) -> Finding:
    options = {"draws": 50} if quick and name not in ("carry_over", "following", "within_between") else {}
    return catalogue.get("analysis", name)(tables, **options)


def drawn(finding: Finding) -> str:
    if finding.figure is None:
        return ""
    with style():
        return _svg.inline(
            catalogue.get("report.figures", finding.figure)(finding), name="f", title="t", description="d"
        )


def bearable(name: str, tables: Mapping[str, pd.DataFrame]) -> None:
    """A finding that says what is the matter, or one honest sentence instead."""
    sentence = ""
    try:
        finding = played(name, tables)
    except DataError as error:
        sentence = str(error)
    else:
        sentence = finding.text
        drawn(finding)
    assert sentence.endswith(".")
    assert "nan" not in sentence.lower()


def test_the_simulated_tables_are_the_studys(tables: dict[str, pd.DataFrame]) -> None:
    assert {name: list(table.columns) for name, table in tables.items()} == COLUMNS


@pytest.mark.parametrize("name", ANALYSES)
def test_an_analysis_takes_the_studys_tables(name: str, tables: dict[str, pd.DataFrame]) -> None:
    finding = played(name, tables)
    assert finding.name == name
    assert list(finding.estimates.columns[:1]) == ["term"]
    assert list(finding.estimates.columns[-6:]) == LAST
    assert finding.estimates["estimate"].notna().all()
    assert "No data" not in drawn(finding)
    assert list(tables["ratings"].columns) == COLUMNS["ratings"]  # nothing was written into them


@pytest.mark.parametrize("name", ANALYSES)
def test_the_same_tables_give_the_same_finding(name: str, tables: dict[str, pd.DataFrame]) -> None:
    one, other = played(name, tables), played(name, tables)
    pd.testing.assert_frame_equal(one.estimates, other.estimates)
    shuffled = {**tables, "ratings": tables["ratings"].sample(frac=1, random_state=1)}
    moved = played(name, shuffled).estimates
    np.testing.assert_allclose(one.estimates["estimate"], moved["estimate"], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("column", ["similarity_rated", "trust", "followed"])
@pytest.mark.parametrize("name", ANALYSES)
def test_a_column_without_any_answer_is_borne(
    name: str, column: str, tables: dict[str, pd.DataFrame]
) -> None:
    bearable(name, {**tables, "ratings": tables["ratings"].assign(**{column: np.nan})})


@pytest.mark.parametrize("name", ANALYSES)
def test_answers_that_never_vary_are_borne(name: str, tables: dict[str, pd.DataFrame]) -> None:
    bearable(name, {**tables, "ratings": tables["ratings"].assign(**dict.fromkeys(NUMBERS, 3.0))})


@pytest.mark.parametrize("name", ANALYSES)
def test_people_who_never_vary_but_differ_are_borne(name: str, tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["ratings"].copy()
    own = pd.factorize(rows["participant"])[0] % 4 + 1.0
    bearable(name, {**tables, "ratings": rows.assign(**dict.fromkeys(NUMBERS, own))})


@pytest.mark.parametrize("people", [1, 2, 3, 4])
@pytest.mark.parametrize("name", ANALYSES)
def test_few_people_are_borne(name: str, people: int, tables: dict[str, pd.DataFrame]) -> None:
    few = sorted(tables["ratings"]["participant"].unique())[:people]
    bearable(name, {key: table[table["participant"].isin(few)] for key, table in tables.items()})


@pytest.mark.parametrize("name", ANALYSES)
def test_half_of_the_answers_missing_is_borne_and_said(name: str, tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["ratings"].copy()
    lost = np.random.default_rng(1).random((len(rows), len(NUMBERS))) < 0.5
    rows[NUMBERS] = rows[NUMBERS].mask(lost)
    finding = played(name, {**tables, "ratings": rows})
    if name != "themes":
        assert finding.warnings


@pytest.mark.parametrize("name", ANALYSES)
def test_empty_tables_are_one_sentence(name: str, tables: dict[str, pd.DataFrame]) -> None:
    bearable(name, {key: table.iloc[:0] for key, table in tables.items()})
    bearable(name, {})


@pytest.mark.parametrize("name", [name for name in ANALYSES if name != "themes"])
def test_one_level_met_twice_is_refused(name: str, tables: dict[str, pd.DataFrame]) -> None:
    rows = tables["ratings"].copy()
    rows.loc[0, "level"] = rows.loc[1, "level"]
    with pytest.raises(DataError, match="two agents of one level"):
        played(name, {**tables, "ratings": rows})


@pytest.fixture(scope="module")
def rehearsed() -> dict[str, pd.DataFrame]:
    study = catalogue.get("studies", "teammates")
    design = study.design.model_validate({"participants": 8, "languages": ["en"]})
    return dict(study.tables(rehearse(study, design), design))


def test_the_study_makes_the_tables_it_promises(rehearsed: dict[str, pd.DataFrame]) -> None:
    for name, columns in COLUMNS.items():
        if name != "codings":  # people give these, not participants
            assert set(columns) - {"agent"} <= set(rehearsed[name].columns)


@pytest.mark.parametrize("name", ANALYSES)
def test_the_studys_own_tables_are_analysed(name: str, rehearsed: dict[str, pd.DataFrame]) -> None:
    finding = played(name, rehearsed)
    assert finding.name == name
    assert finding.text.startswith("Not coded yet") == (name == "themes")
