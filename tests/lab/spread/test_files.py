"""What a run needs is found, sent by value, and laid out as it lay."""

from pathlib import Path

import pytest

from homophily.errors import UsageError
from homophily.lab.spread import files
from homophily.lab.spread.files import gather, secrets


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of work with a study of its own in a folder beside it."""
    for name in ("work/own.toml", "shared/list.toml", "work/big.parquet", "study/mine.py", "study/items.csv"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name, encoding="utf-8")
    (tmp_path / "study/.env").write_text("KEY=hidden", encoding="utf-8")
    (tmp_path / "study/model.safetensors").write_bytes(b"weights")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


DESIGN = {
    "instrument": "own.toml",
    "dilemmas": {"file": "big.parquet", "columns": {"text": "big"}},
    "lists": ["../shared/list.toml", "values-48", "", "no\nfile"],
    "respondents": {"a": {"kind": "chat", "key_env": "MY_KEY"}, "b": {"kind": "random", "key_env": None}},
}


def test_files_that_a_design_names_keep_their_names(project: Path, tmp_path: Path) -> None:
    found = gather("dyads", DESIGN)
    here, source = found.lay_out(tmp_path / "there")
    assert source == "dyads"
    assert {path.removeprefix(f"{project}/") for path in found.contents} == {
        "work/own.toml",
        "work/big.parquet",
        "shared/list.toml",
    }
    for named in ("own.toml", "big.parquet", "../shared/list.toml"):
        assert (here / named).read_bytes() == (project / "work" / named).read_bytes()


def test_a_study_of_ones_own_takes_along_the_texts_beside_it(project: Path, tmp_path: Path) -> None:
    found = gather(str(project / "study/mine.py"), {})
    assert {Path(path).name for path in found.contents} == {"mine.py", "items.csv"}
    _, source = found.lay_out(tmp_path / "there")
    assert Path(source).read_text(encoding="utf-8") == "study/mine.py"
    assert Path(source).with_name("items.csv").is_file()


def test_too_much_is_refused_by_name(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST", 20)
    with pytest.raises(UsageError, match=r"big\.parquet|list\.toml"):
        gather("dyads", DESIGN)


def test_only_named_keys_and_what_postgresql_reads_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MY_KEY", "OTHER_KEY", "PGPASSWORD"):
        monkeypatch.setenv(name, "hidden")
    sent = secrets(DESIGN)
    assert {"MY_KEY", "PGPASSWORD"} <= set(sent)
    assert all(name == "MY_KEY" or name.startswith("PG") for name in sent)
    assert "hidden" not in repr(gather("dyads", {}))
