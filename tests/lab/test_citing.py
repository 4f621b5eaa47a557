"""What a study rests on: exactly what its design uses."""

import json
from pathlib import Path
from typing import Any

import pytest

from homophily import catalogue, instruments
from homophily.errors import UsageError
from homophily.lab import citing
from homophily.references import Reference


def keys(study: str, **settings: Any) -> set[str]:
    found = catalogue.get("studies", study)
    return {each.key for each in citing.sources(found, found.design.model_validate(settings))}


@pytest.mark.parametrize("study", catalogue.names("studies"))
def test_every_study_cites_software_method_and_analyses(study: str) -> None:
    assert {"homophily", "harris2020", "virtanen2020", "mckinney2010", "hunter2007"} <= keys(study)
    assert set(catalogue.get("studies", study).references) <= keys(study)


def test_an_instrument_left_out_is_not_cited() -> None:
    assert "rempel1985" in keys("dyads")
    assert "rempel1985" not in keys("dyads", ratings={"trust": ""})


def test_the_measure_of_similarity_is_the_one_that_was_used() -> None:
    assert "cronbach1953" in keys("dyads")
    assert "kendall1945" in keys("dyads", similarity="kendall") - keys("dyads")


def test_a_local_model_brings_its_software_and_its_filter() -> None:
    plain = {"m": {"kind": "local"}}
    filtered = {"m": {"kind": "local", "filter": 0.3}}
    recent = {"m": {"kind": "local", "filter": {"rule": "recent", "ratio": 0.3}}}
    assert {"paszke2019", "wolf2020"} <= keys("dyads", respondents=plain) - keys("dyads")
    assert "lee2025" in keys("dyads", respondents=filtered) - keys("dyads", respondents=plain)
    assert "xiao2023" in keys("dyads", respondents=recent) - keys("dyads", respondents=filtered)


def test_profiles_that_are_told_to_nobody_are_not_cited() -> None:
    assert "ess2018" not in keys("teammates")
    assert "ess2018" in keys("teammates", persona={"design": "scores"})


def test_ranked_dilemmas_bring_their_measure() -> None:
    assert "shannon1948" in keys("debate", dilemmas={"order": "entropy"}) - keys("debate")


def test_an_instrument_of_ones_own_brings_its_own_entry(tmp_path: Path) -> None:
    entry = {"key": "mine2024", "type": "book", "author": ["Mine, M."], "title": "T", "publisher": "P"}
    form = {
        "title": {"en": "T"},
        "source": "S",
        "licence": "L",
        "references": ["rempel1985", entry | {"year": "2024"}],
        "scale": {"low": 1, "high": 5},
        "items": [{"id": "1", "measures": "trust.faith", "text": {"en": "I trust."}}],
    }
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(form), encoding="utf-8")
    assert {"mine2024", "rempel1985"} <= keys("dyads", languages=["en"], ratings={"trust": str(file)})
    assert isinstance(instruments.load(file).references[1], Reference)


def test_an_instrument_that_cites_nobody_known_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        "# title.en,T\n# source,S\n# licence,L\n# references,rempel1986,own\n# scale.low,1\n# scale.high,5\n"
        "id,measures,text.en\n1,a.b,I trust.\n",
        encoding="utf-8",
    )
    with pytest.raises(UsageError, match="rempel1985"):
        instruments.load(file)
