"""The pages on instruments say what is so."""

import re
from pathlib import Path

import pytest

from homophily import instruments
from homophily.instruments.instrument import Instrument
from homophily.instruments.schema import Check, Entry, OptionEntry, Scale

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "add-an-instrument.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(toml|text|json)\n(.*?)```", HOW_TO, re.DOTALL)


@pytest.fixture
def examples(tmp_path):
    loaded = []
    for number, (suffix, text) in enumerate(EXAMPLES):
        path = tmp_path / str(number) / f"my-trust-scale.{suffix.replace('text', 'csv')}"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        loaded.append(instruments.load(path))
    return loaded


def test_every_example_loads_and_the_forms_agree(examples):
    toml, csv, json, choice = examples
    assert toml.items("ja", partner="葵") == csv.items("ja", partner="葵")
    assert toml.model_copy(update={"checks": ()}) == csv
    assert json.entries[0].text["en"] == toml.entries[0].text["en"]
    assert choice.score({"my-trust-scale/1": "ST"}) == {"ST": 1, "SE": 0}


def test_the_five_lines_do_what_they_say(examples, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path / "0")
    (code,) = re.findall(r"```python\n(.*?)```", HOW_TO, re.DOTALL)
    names: dict = {}
    exec(code, names)
    assert names["scale"] == examples[0]


@pytest.mark.parametrize("model", [Instrument, Scale, Entry, OptionEntry, Check])
def test_every_field_is_described(model):
    for name, field in model.model_fields.items():
        assert f"`{field.alias or name}" in HOW_TO, name


def test_the_reference_lists_every_shipped_instrument():
    page = (DOCS / "reference" / "instruments.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \| (.*?) \| .*? \| (.*?) \|$", page, re.MULTILINE)
    shipped = [instruments.load(name) for name in instruments.names()]
    assert [(name, int(n), licence) for name, n, _, licence in rows] == [
        (instrument.name, len(instrument.entries), instrument.licence) for instrument in shipped
    ]
    for instrument, (_, _, answers, _) in zip(shipped, rows, strict=True):
        scale = instrument.scale
        assert answers == (f"{scale.low:g}–{scale.high:g}" if scale else "A or B")
        (section,) = [
            part for part in page.split("\n## ")[1:] if f"`{instrument.name}`" in part.split("\n")[0]
        ]
        assert instrument.title["ja"] in section
        assert all(f"`{measure}`" in section for measure in instrument.measures)
