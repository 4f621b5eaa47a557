"""The pages on respondents say what is so."""

import asyncio
import re
import tomllib
from pathlib import Path

import pytest

from homophily.asks import Ask, Message
from homophily.items import chosen
from homophily.respondents._panel.phrases import phrases
from homophily.respondents._synthetic.bank import heard
from homophily.respondents.lexicon import LexiconJudge
from homophily.respondents.midpoint import Midpoint
from homophily.respondents.panelist import Panelist
from homophily.respondents.random import Random
from homophily.respondents.synthetic import Synthetic
from homophily.studies._judging import question
from homophily.values.taxonomy import taxonomy

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "add-a-respondent.md").read_text(encoding="utf-8")
EXPLANATION = (DOCS / "explanation" / "synthetic-respondents.md").read_text(encoding="utf-8")


def test_the_example_is_a_respondent_and_sits_in_a_study(capsys, tmp_path, monkeypatch):
    respondent, use = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    (tmp_path / "yeasayer.py").write_text(respondent, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    names: dict = {}
    exec(use, names)
    answers = names["answers"]
    assert not answers["missing"].notna().any()
    assert set(answers.loc[answers["kind"] == "likert", "number"]) <= {5, 6, 7}
    assert "likert" in capsys.readouterr().out


def test_every_setting_is_explained_with_its_default():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", EXPLANATION, re.MULTILINE))
    assert list(rows) == list(Synthetic.model_fields)
    for name, told in rows.items():
        default = Synthetic.model_fields[name].default
        if isinstance(default, int | float):
            assert float(told) == default


def test_the_dialogue_quoted_is_one_they_can_have():
    quoted = re.findall(r"^> \*\*\w+:\*\* (.*?)(?=\n>\n|\n\n)", EXPLANATION, re.MULTILINE | re.DOTALL)
    for text in quoted:
        said = re.sub(r"\n> ", " ", text)
        assert " ".join(heard(said, "en").texts) == said
    assert len(quoted) == 2


@pytest.mark.parametrize("kind", [Synthetic, Random, Midpoint, Panelist])
def test_every_setting_is_described(kind):
    assert all(field.description for field in kind.model_fields.values())


PANELS = (DOCS / "explanation" / "synthetic-panels.md").read_text(encoding="utf-8")


def test_every_setting_of_a_panellist_is_explained_with_its_default():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PANELS, re.MULTILINE))
    assert list(rows) == list(Panelist.model_fields)
    for name, told in rows.items():
        default = Panelist.model_fields[name].default
        if isinstance(default, int | float):
            assert float(told) == default
    base = {
        verdict: float(number)
        for verdict, number in re.findall(r"([A-Z]+) (\S+?)(?:,|$)", rows["base"].replace("−", "-"))
    }
    assert base == Panelist.model_fields["base"].default


def test_the_panellist_of_the_example_sits_in_a_design():
    (design,) = re.findall(r"```toml\n(.*?)```", PANELS, re.DOTALL)
    (settings,) = tomllib.loads(design)["respondents"].values()
    assert settings.pop("kind") == "panelist"
    assert Panelist(**settings).voices() == {"child-welfare": 0.5, "personal-autonomy": 0.3}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_lexicon_finds_as_many_sentences_as_told(language):
    item = question(taxonomy(), language)
    found = beside = 0
    for code, sentences in phrases(language).values.items():
        for sentence in sentences:
            heard = (Message(speaker="author", name="m", text=sentence),)
            answer = asyncio.run(
                LexiconJudge().answer(Ask(session="s", seat="j", path="p", item=item, history=heard))
            )
            named = set(chosen(str(answer.value)))
            found += code in named
            beside += len(named - {code})
    place = ["en", "ja"].index(language)
    assert f"{found}" == re.search(r"in (\d+) English and (\d+) Japanese", PANELS)[place + 1]
    assert f"{beside}" == re.search(r"names (\d+) and (\d+) others", PANELS)[place + 1]
