"""The pages on respondents say what is so."""

import re
from pathlib import Path

import pytest

from homophily.respondents._synthetic.bank import heard
from homophily.respondents.midpoint import Midpoint
from homophily.respondents.random import Random
from homophily.respondents.synthetic import Synthetic

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "add-a-respondent.md").read_text(encoding="utf-8")
EXPLANATION = (DOCS / "explanation" / "synthetic-respondents.md").read_text(encoding="utf-8")


def test_the_example_is_a_respondent_and_sits_in_a_study(capsys):
    respondent, use = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    names: dict = {"__name__": "yeasayer"}
    exec(respondent, names)
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


@pytest.mark.parametrize("kind", [Synthetic, Random, Midpoint])
def test_every_setting_is_described(kind):
    assert all(field.description for field in kind.model_fields.values())
