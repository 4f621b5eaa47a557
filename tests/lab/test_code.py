"""Fingerprints of analyses: changed by code, not by words."""

import shutil
from pathlib import Path

import pytest

import homophily
from homophily import catalogue
from homophily.lab import code


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the analyses' folder, in which code may be changed."""
    source = Path(homophily.__file__).parent / "analysis"
    shutil.copytree(source, tmp_path / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code, "files", lambda package: tmp_path)
    return tmp_path / "analysis"


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_analysis_has_one_of_its_own() -> None:
    found = [code.fingerprint(name) for name in catalogue.names("analysis")]
    assert len(set(found)) == len(found)
    assert all(len(each) == 64 for each in found)


def test_its_own_code_counts(copied: Path) -> None:
    before = code.fingerprint("correlation"), code.fingerprint("sample")
    changed(copied / "correlation.py", "draws: int = 2000", "draws: int = 1000")
    assert code.fingerprint("correlation") != before[0]
    assert code.fingerprint("sample") == before[1]


def test_what_it_imports_counts(copied: Path) -> None:
    before = code.fingerprint("correlation"), code.fingerprint("missingness")
    changed(copied / "_estimators" / "influence.py", "def pearson(", "UNUSED = 1\n\n\ndef pearson(")
    assert code.fingerprint("correlation") != before[0]
    assert code.fingerprint("missingness") == before[1]


def test_words_do_not_count(copied: Path) -> None:
    before = code.fingerprint("correlation")
    changed(
        copied / "correlation.py", "Pearson and Spearman correlations over pairs", "Correlations of pairs"
    )
    changed(copied / "correlation.py", "def _correlate(", "# said otherwise\n\ndef _correlate(")
    assert code.fingerprint("correlation") == before


def test_one_that_is_not_there_has_none() -> None:
    assert code.fingerprint("nothing-of-the-kind") == ""
