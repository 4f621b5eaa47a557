from pathlib import Path

import pytest

from homophily.errors import DataError, HomophilyError, UsageError
from homophily.lab import create, load_design, load_study, open_run, schema
from homophily.lab.runs import name_of
from tests.lab.small import Small, study

STUDY = """
from homophily.lab import Design, Study
from pydantic import Field

class Own(Design):
    study: str = Field(default="own", description="Name.")
    depth: int = Field(default=3, ge=1, description="How deep.")

async def play(table):
    pass

study = Study(name="own", title="Own", design=Own, sessions=lambda design: (), play=play,
              tables=lambda answers, design: {}, plan=())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "own.py").write_text(STUDY)
    return tmp_path


def toml(folder: Path, text: str) -> Path:
    path = folder / "design.toml"
    path.write_text('study = "own.py"\n' + text)
    return path


def test_a_python_file_is_a_study_with_its_defaults(folder: Path) -> None:
    found, design = load_design(folder / "own.py")
    assert (found.name, design.model_dump()["depth"], design.seed) == ("own", 3, 1)


def test_a_design_file_names_its_study_and_may_be_changed(folder: Path) -> None:
    path = toml(folder, 'depth = 5\n[budget]\nasks = 10\n[respondents.m]\nkind = "random"')
    _, design = load_design(path, {"budget.tokens": 100, "seed": 4})
    settings = design.model_dump()
    assert (settings["study"], settings["depth"], settings["seed"]) == ("own", 5, 4)
    assert settings["budget"] == {"money": None, "tokens": 100, "asks": 10}
    assert settings["respondents"] == {"m": {"kind": "random"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dept = 4", r"design.toml: unknown key `dept`. Did you mean `depth`\?"),
        ("[budget]\nmony = 4", r"unknown key `budget.mony`. Did you mean `money`\?"),
        ("depth = 0", r"`depth` = 0: input should be greater than or equal to 1"),
        ('depth = "deep"', r"`depth` = 'deep': input should be a valid integer"),
        ("depth = ", "design.toml' is no TOML"),
        ('languages = ["xx", ]\nseed = -1', r"`seed` = -1"),
    ],
)
def test_what_is_wrong_in_a_design_file_is_said_in_one_line(folder: Path, text: str, said: str) -> None:
    with pytest.raises(HomophilyError, match=said) as caught:
        load_design(toml(folder, text))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "error", "said"),
    [
        ("none.toml", None, UsageError, "none.toml' cannot be read"),
        ("x.toml", "seed = 1", UsageError, "`study` is missing"),
        ("x.toml", 'study = "dyadz"', UsageError, "no study named 'dyadz'"),
        ("none.py", None, UsageError, "there is no study file"),
        ("x.py", "study = 1", DataError, "exports no `study"),
        ("x.py", "import nowhere_at_all", DataError, "cannot be run: ModuleNotFoundError"),
        ("x.py", "def (", DataError, "cannot be run: SyntaxError"),
    ],
)
def test_files_that_are_no_design(
    tmp_path: Path, name: str, text: str | None, error: type[HomophilyError], said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(error, match=said):
        load_design(tmp_path / name)


def test_a_run_s_own_design_loads_again(folder: Path) -> None:
    found, design = load_design(toml(folder, "depth = 5"))
    run = create(found, design, root=folder)
    again = load_study(run.source)
    assert again.design.model_validate(dict(run.design)).model_dump() == design.model_dump()


def test_the_schema_documents_every_key() -> None:
    rows = {row["key"]: row for row in schema(study)}
    assert {"study", "seed", "languages", "respondents", "budget.money", "pairs"} <= set(rows)
    assert rows["budget.tokens"]["type"] == "integer"
    assert rows["pairs"]["default"] == 10
    assert all(row["meaning"] for row in rows.values())


def test_the_name_is_the_design_s_whatever_its_budget() -> None:
    name = name_of(study, Small())
    assert name == name_of(study, Small.model_validate({"budget": {"asks": 5}}))
    assert name != name_of(study, Small(seed=2))
    assert name.startswith("small-")
    assert len(name) == len("small-") + 8


def test_the_same_design_resumes_and_fresh_begins_beside_it(tmp_path: Path) -> None:
    first, again = (create(study, Small(), root=tmp_path) for _ in range(2))
    second, third = (create(study, Small(), root=tmp_path, fresh=True) for _ in range(2))
    assert first.folder == again.folder
    assert [run.name for run in (second, third)] == [f"{first.name}-2", f"{first.name}-3"]
    assert (first.fresh, third.fresh) == (False, True)
    assert create(study, Small(), root=tmp_path).folder == third.folder


def test_a_run_keeps_its_answers_in_one_place(tmp_path: Path) -> None:
    begun = create(study, Small(), root=tmp_path)
    (begun.folder / "answers.db").touch()
    with pytest.raises(UsageError, match="keeps its answers in its folder"):
        create(study, Small(), root=tmp_path, store="postgresql+asyncpg://here/there")


def test_a_run_that_has_recorded_nothing_may_still_be_kept_elsewhere(tmp_path: Path) -> None:
    create(study, Small(), root=tmp_path)
    place = "postgresql+asyncpg://me:hidden@here/there"
    moved = create(study, Small(), root=tmp_path, store=place)
    assert moved.store == place
    assert open_run(moved.name, root=tmp_path).store == "postgresql+asyncpg://me@here/there"


def test_a_mistyped_run_is_told_its_neighbour(tmp_path: Path) -> None:
    run = create(study, Small(), root=tmp_path)
    with pytest.raises(UsageError, match=f"Did you mean '{run.name}'"):
        open_run(run.name[:-1], root=tmp_path)


def test_a_broken_design_file_of_a_run_is_named(tmp_path: Path) -> None:
    run = create(study, Small(), root=tmp_path)
    (run.folder / "design.json").write_text("{")
    with pytest.raises(DataError, match=r"design\.json' cannot be read"):
        open_run(run.folder)


def test_what_a_run_was_made_with_is_written_down(tmp_path: Path) -> None:
    environment = create(study, Small(), root=tmp_path).environment
    keys = {"run", "created", "python", "platform", "packages", "source", "store", "fresh"}
    assert set(environment) - {"commit"} == keys  # of a checkout, the commit as well
    assert "numpy" in environment["packages"]


def test_a_moved_folder_is_the_same_run(tmp_path: Path) -> None:
    run = create(study, Small(), root=tmp_path)
    run.folder.rename(tmp_path / "archive")
    assert open_run(tmp_path / "archive").name == run.name


def test_changing_one_setting_of_the_default_respondent_keeps_its_others() -> None:
    _, design = load_design("dyads", {"respondents.synthetic.actor_sd": 0.1})
    assert design.respondents == {"synthetic": {"kind": "synthetic", "actor_sd": 0.1}}
    _, untouched = load_design("dyads")
    assert untouched.respondents == {"synthetic": {"kind": "synthetic"}}


def test_a_studys_name_will_do_where_it_has_one_run(tmp_path: Path) -> None:
    run = create(study, Small(), root=tmp_path)
    assert open_run(run.name.partition("-")[0], root=tmp_path).name == run.name
    create(study, Small(), root=tmp_path, fresh=True)
    with pytest.raises(UsageError, match="begins 2 runs: "):
        open_run(run.name.partition("-")[0], root=tmp_path)
