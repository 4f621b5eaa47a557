"""A plan frozen before the data, and a run put into one file, as a researcher uses them."""

import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import SMALL, Shell

SETTINGS = tuple(part for part in SMALL[2:] if part != "--quiet")


@pytest.fixture
def planned(call: Shell, tmp_path: Path) -> Path:
    done = call("plan", "dyads", *SETTINGS, "-o", "plan.json")
    assert done.returncode == 0, done.stderr
    return tmp_path / "plan.json"


def play(call: Shell, *more: str) -> dict[str, object]:
    done = call(*SMALL, *more, "--json")
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def departures(report: object) -> str:
    page = Path(str(report)).read_text(encoding="utf-8")
    return page.partition('<h2 id="departures">')[2].partition("</section>")[0]


def test_a_plan_holds_all_that_can_be_fixed(planned: Path) -> None:
    plan = json.loads(planned.read_text(encoding="utf-8"))
    assert plan["sessions"] == 12
    assert plan["study"] == "dyads"
    assert {"trust", "closeness"} <= set(plan["instruments"])
    assert all(len(digest) == 64 for digest in plan["prompts"].values())
    assert next(step["analysis"] for step in plan["analyses"]) == "sample"


def test_a_run_that_follows_its_plan_departs_nowhere_of_itself(call: Shell, planned: Path) -> None:
    told = departures(play(call, "--plan", "plan.json")["report"])
    assert "the plan frozen on" in told
    assert "Setting " not in told
    assert "analysis “" not in told


def test_departures_are_told_one_by_one(call: Shell, planned: Path) -> None:
    told = departures(play(call, "--plan", "plan.json", "--set", "agents=8")["report"])
    assert "Setting agents: planned 6, used 8." in told


def test_changed_wordings_are_noticed(call: Shell, planned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from homophily.studies.dyads import protocol

    report = play(call, "--plan", "plan.json")["report"]
    monkeypatch.setitem(protocol.TALK, "en", "Talk to {partner}, otherwise.")
    done = call("report", str(Path(str(report)).parent))
    assert done.returncode == 0, done.stderr
    assert "The prompts of dialogue" in departures(report)


def test_a_larger_sample_changes_no_instrument(call: Shell, planned: Path) -> None:
    told = departures(play(call, "--plan", "plan.json", "--set", "pairs.n=5")["report"])
    assert "Setting pairs.n: planned 6, used 5." in told
    assert "The instrument" not in told
    assert told.count("The prompts of dialogue") <= 2


def test_changed_code_of_an_analysis_is_told(call: Shell, planned: Path) -> None:
    from homophily.lab import frozen

    plan = json.loads(planned.read_text(encoding="utf-8"))
    other = next(step for step in plan["analyses"] if step["analysis"] == "correlation")
    other["code"] = "0" * 64
    plan["sha256"] = frozen._digest({key: value for key, value in plan.items() if key != "sha256"})
    planned.write_text(json.dumps(plan), encoding="utf-8")
    told = departures(play(call, "--plan", "plan.json")["report"])
    assert told.count("was carried out with code that was changed since the plan") == 1
    assert f"The analysis “{other['title']}”" in told


def test_a_plan_is_not_written_over(call: Shell, planned: Path) -> None:
    before = planned.read_bytes()
    done = call("plan", "dyads", "-o", "plan.json")
    assert done.returncode == 2
    assert "not written over" in done.stderr
    assert planned.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('"sessions": 12', '"sessions": 13'), "was changed after it was frozen"),
        (lambda text: text[:-20], "is no JSON"),
        (lambda text: "[1]", "is no frozen plan"),
    ],
)
def test_what_is_no_plan_is_refused(call: Shell, planned: Path, change: object, said: str) -> None:
    planned.write_text(change(planned.read_text(encoding="utf-8")), encoding="utf-8")  # type: ignore[operator]
    done = call(*SMALL, "--plan", "plan.json")
    assert done.returncode == 3
    assert said in done.stderr
    assert not Path("runs").exists()


def test_a_plan_comes_before_the_data(call: Shell, planned: Path) -> None:
    play(call)
    done = call(*SMALL, "--plan", "plan.json")
    assert done.returncode == 2
    assert "a plan comes before the data" in done.stderr


def test_an_archive_gives_the_same_numbers_elsewhere(call: Shell, planned: Path, tmp_path: Path) -> None:
    run = str(play(call, "--plan", "plan.json")["run"])
    before = call("analyse", run, "--json").stdout
    assert call("archive", run, "-o", "deposit/study.zip").returncode == 0
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(tmp_path / "deposit/study.zip") as whole:
        whole.extractall(elsewhere)
    folder = elsewhere / run
    names = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert {"README.md", "report.html", "plan.json", "tables/codebook.md", "SHA256SUMS"} <= names
    assert "@book{kenny1994," in (folder / "references.bib").read_text(encoding="utf-8")
    kept = json.loads((folder / "environment.json").read_text(encoding="utf-8"))
    assert {"numpy", "scipy", "pandas", "homophily"} <= set(kept["packages"])
    assert kept["platform"]
    assert kept["python"].startswith("3.")
    after = call("analyse", ".", "--json", folder=folder)
    assert after.returncode == 0, after.stderr
    assert after.stdout == before
    assert list((tmp_path / "deposit").iterdir()) == [tmp_path / "deposit/study.zip"]


def test_wordings_of_others_stay_at_home(call: Shell, tmp_path: Path) -> None:
    own = (Path(__file__).parents[2] / "src/homophily/instruments/data/trust.toml").read_text(
        encoding="utf-8"
    )
    (tmp_path / "licensed.toml").write_text(own, encoding="utf-8")
    run = str(play(call, "--set", 'ratings.trust="licensed.toml"')["run"])
    secret = "promised me something"

    def texts(name: str, *options: str) -> str:
        assert call("archive", run, "-o", f"{name}.zip", *options).returncode == 0
        with zipfile.ZipFile(tmp_path / f"{name}.zip") as whole:
            (tmp_path / f"{name}.db").write_bytes(whole.read(f"{run}/answers.db"))
            others = [e for e in whole.namelist() if not e.endswith((".db", "files/licensed.toml"))]
            assert not [entry for entry in others if secret.encode() in whole.read(entry)]
        with sqlite3.connect(tmp_path / f"{name}.db") as store:
            assert store.execute("SELECT count(*) FROM answers").fetchone()[0] > 100
            return "\n".join(text for (text,) in store.execute("SELECT text FROM texts"))

    assert secret not in texts("without")
    assert secret in texts("with", "--wordings")


def unzipped(archive: Path, to: Path, run: str) -> Path:
    with zipfile.ZipFile(archive) as whole:
        whole.extractall(to)
    return to / run


def test_files_of_ones_own_go_along(call: Shell, tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "src/homophily/instruments/data"
    (tmp_path / "licensed.toml").write_bytes((shipped / "trust.toml").read_bytes())
    people = "name,SD,ST,HE,AC,PO,SE,CO,TR,BE,UN\n" + "".join(
        f"Jo-{i},{1 + i % 5},3,4,{1 + i % 3},1.5,4,3,2.{i},5,5\n" for i in range(8)
    )
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    own = ("--set", "ratings.trust=licensed.toml", "--set", "profiles.generator=file")
    drawn = ("--set", "profiles.options.path=people.csv", "--set", "pairs.rule=random")
    call("plan", "dyads", *SETTINGS, *own, *drawn, "-o", "plan.json")
    run = str(play(call, *own, *drawn, "--plan", "plan.json")["run"])
    before = call("analyse", run, "--json").stdout
    assert call("archive", run, "-o", "a.zip").returncode == 0
    folder = unzipped(tmp_path / "a.zip", tmp_path / "away", run)
    (tmp_path / "licensed.toml").unlink()
    (tmp_path / "people.csv").unlink()
    after = call("analyse", ".", "--json", folder=folder)
    assert after.returncode == 0, after.stderr
    assert after.stdout == before
    held = "".join(f.read_text(encoding="utf-8") for f in (folder / "files").iterdir())
    assert "Jo-" not in held
    assert "promised" not in held
    assert call("report", ".", folder=folder).returncode == 0
    told = departures(folder / "report.html")
    assert "the plan frozen on" in told
    assert "The instrument" not in told


def test_nothing_that_identifies_a_participant_goes_in(call: Shell, tmp_path: Path) -> None:
    done = call("run", "teammates", "--quiet", "--set", "participants=2", "--languages", "en", "--json")
    run = json.loads(done.stdout)["run"]
    secrets = ("PROLIFIC-77AB", "CODE-93XZ", "d1ge57-0f-a-t0ken")
    with sqlite3.connect(tmp_path / "runs" / run / "answers.db") as store:
        session = store.execute("SELECT session FROM sessions LIMIT 1").fetchone()[0]
        store.execute(
            "INSERT INTO participants (run, id, session, pid, code, token_digest, test, language, state, "
            "page, arrived, seen) VALUES (?, 'p1', ?, ?, ?, ?, 0, 'en', 'finished', '', 1.0, 1.0)",
            (run, session, *secrets),
        )
    assert call("archive", run, "-o", "a.zip").returncode == 0
    folder = unzipped(tmp_path / "a.zip", tmp_path / "away", run)
    for file in folder.rglob("*"):
        if file.is_file():
            assert not [secret for secret in secrets if secret.encode() in file.read_bytes()], file
