"""The pages on dilemmas and judges say what is so."""

import asyncio
import re
import tomllib
from pathlib import Path

import pytest

from homophily.asks import Ask, Message
from homophily.dilemmas import VERDICTS, Cleaning, Dilemma, load, shipped
from homophily.dilemmas._columns import FIELDS
from homophily.errors import DataError
from homophily.items import Option, Several, Unreadable
from homophily.respondents.lexicon import LexiconJudge
from homophily.studies._judging import question
from homophily.values.taxonomy import taxonomy

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
BRING, JUDGE, ADD = (
    (HOW_TO / name).read_text(encoding="utf-8")
    for name in ("bring-dilemmas.md", "judge-values.md", "add-a-judge.md")
)


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", page, re.DOTALL)


def test_the_toml_form_loads(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(blocks(BRING, "toml")[0], encoding="utf-8")
    (dilemma,) = load(path).dilemmas
    assert isinstance(dilemma, Dilemma)
    assert set(dilemma.values) <= set(taxonomy().codes)
    assert dilemma.votes.plurality == "NTA"


def test_fields_rules_and_verdicts_are_all_told():
    for field, names in FIELDS.items():
        assert f"`{field}`" in BRING
        assert all(f"`{name}`" in BRING for name in names), field
    for rule, field in Cleaning.model_fields.items():
        (row,) = re.findall(rf"^\| `{rule}` \| (.*?) \|", BRING, re.MULTILINE)
        default = field.default if rule != "flairs" else ", ".join(field.default)
        assert row.strip("`") == str(default).replace("True", "true")
    assert all(f"`{verdict}`" in BRING for verdict in VERDICTS)
    assert len(shipped()) == 65
    assert "Sixty-five dilemmas, thirteen for each verdict" in BRING


def test_the_error_of_a_bad_row_reads_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("posts.csv").write_text("id,text,YTA\n1,x,1\n2,x,1\n3,x,1\n4,x,many\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load("posts.csv", cleaning=Cleaning.none())
    assert f"error: {caught.value}" in BRING


def test_the_python_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.chdir(tmp_path)
    Path("posts.csv").write_text(f"story,NTA\n{'x' * 301},30\n{'y' * 301},no\n", encoding="utf-8")
    names: dict = {}
    exec(blocks(BRING, "python")[0], names)
    assert [ranked.place for ranked in names["hardest"]] == [0]
    assert capsys.readouterr().out.startswith("1 {} (\"line 3: 'no' is no number of votes")


READ = {
    '["Honest communication", "Personal autonomy"]': "honest-communication,personal-autonomy",
    "正直な伝え方、自己決定": "honest-communication,personal-autonomy",
    "[]": "none",
    "none": "none",
    "該当なし": "none",
    '["Honest communication", "Kindness"]': "honest-communication",
    '["Kindness"]': "off_scale",
}


@pytest.mark.parametrize(("raw", "outcome"), READ.items())
def test_replies_are_read_as_the_table_says(raw: str, outcome: str):
    assert f"`{raw}`" in JUDGE
    item = question(taxonomy(), "en")
    if outcome == "off_scale":
        with pytest.raises(Unreadable) as caught:
            item.read(raw)
        assert caught.value.reason == outcome
    else:
        assert item.read(raw) == outcome


def test_the_quality_told_is_the_quality_measured():
    measured = (HOW_TO.parents[1] / "benchmarks/results/judge_quality.md").read_text(encoding="utf-8")
    for name, kind in (("in the style of language models", "model style"), ("in other words", "reworded")):
        section = measured.split(f"## {kind}\n")[1].split("\n## ")[0]
        (told,) = re.findall(rf"^\| {name}.*?\| (.*?) \| (.*?) \|$", JUDGE, re.MULTILINE)
        for language, cell in zip(("en", "ja"), told, strict=True):
            line = next(
                x for x in section.splitlines() if x.startswith(f"| {language} ") and "| lexicon |" in x
            )
            precision, recall, _, jaccard = (part.strip() for part in line.split("|")[4:8])
            assert cell == f"{precision.split()[0]}, {recall.split()[0]}, {jaccard}"


def test_lists_and_cues_of_ones_own_work_together(tmp_path: Path):
    (tmp_path / "mine.toml").write_text(blocks(JUDGE, "toml")[1], encoding="utf-8")
    (tmp_path / "cues.toml").write_text(blocks(ADD, "toml")[0], encoding="utf-8")
    item = question(taxonomy(tmp_path / "mine.toml"), "en")
    judge = LexiconJudge(files={"en": str(tmp_path / "cues.toml")})
    assert judged(judge, item, "She looked after those in need.") == "care"
    assert judged(judge, item, "That was what he well deserves.") == "justice"
    assert judged(judge, item, "This is not about fair share.") == "none"


def test_the_example_judge_answers_as_the_page_says():
    (code,) = blocks(ADD, "python")
    names: dict = {"__name__": "namesake"}
    exec(compile(code, "namesake.py", "exec"), names)
    item = question(taxonomy(), "en", most=2)
    assert judged(names["Namesake"](), item, "I trust her privacy.") == (
        "privacy-and-confidentiality,trust-creation-and-maintenance"
    )
    assert judged(names["Namesake"](), item, "Well.") == "none"


def judged(judge, item: Several, message: str) -> str:
    heard = (Message("author", "Message", message),)
    ask = Ask(session="s", seat="judge-1", path="p", item=item, history=heard)
    answer = asyncio.run(judge.answer(ask))
    assert item.read(answer.raw) == answer.value
    assert all(isinstance(option, Option) for option in item.options)
    return answer.value


def test_designs_on_the_pages_are_toml():
    for page in (BRING, JUDGE, ADD):
        for block in blocks(page, "toml"):
            assert tomllib.loads(block)
