"""A user's own files: three formats, one schema, errors that name file, item and field."""

import json
import math

import pytest

from homophily import instruments
from homophily.errors import UnknownName, UsageError
from homophily.items import Likert, Number

TOML = """
title.en = "Ease"
source = "Doe (2020)"
licence = "by permission"
placeholders = ["partner"]
missing_codes = [9]
answered = 0.6

[scale]
low = 1
high = 5
labels.en = { 1 = "never", 5 = "always" }

[[items]]
id = "1"
measures = "ease.calm"
text.en = "I am calm with {partner}."

[[items]]
id = "2"
measures = "ease.calm"
reverse = true
text.en = "{partner} makes me nervous, {{really}}."

[[items]]
id = "3"
measures = "ease.flow"
text.en = "Talk flows."

[[check]]
answers = { 1 = 5, 2 = 1, 3 = 2 }
scores = { ease = 4, "ease.calm" = 5, "ease.flow" = 2 }
"""
JSON = {
    "title": {"en": "Ease"},
    "source": "Doe (2020)",
    "licence": "by permission",
    "placeholders": ["partner"],
    "missing_codes": [9],
    "answered": 0.6,
    "scale": {"low": 1, "high": 5, "labels": {"en": {"1": "never", "5": "always"}}},
    "items": [
        {"id": "1", "measures": "ease.calm", "text": {"en": "I am calm with {partner}."}},
        {
            "id": "2",
            "measures": "ease.calm",
            "reverse": True,
            "text": {"en": "{partner} makes me nervous, {{really}}."},
        },
        {"id": "3", "measures": "ease.flow", "text": {"en": "Talk flows."}},
    ],
    "check": [{"answers": {"1": 5, "2": 1, "3": 2}, "scores": {"ease": 4, "ease.calm": 5, "ease.flow": 2}}],
}
CSV = """\
# title.en,Ease,,
# source,Doe (2020)
# licence,by permission
# placeholders,partner
# missing_codes,9
# answered,0.6
# scale.low,1
# scale.high,5
# scale.labels.en.1,never
# scale.labels.en.5,always
id,measures,reverse,text.en
1,ease.calm,,I am calm with {partner}.
2,ease.calm,true,"{partner} makes me nervous, {{really}}."
3,ease.flow,,Talk flows.
"""
FILES = {"ease.toml": TOML, "ease.json": json.dumps(JSON), "ease.csv": CSV}


@pytest.fixture
def write(tmp_path):
    def write(text, name="ease.toml", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_three_formats_make_one_instrument(write, name, encoding):
    instrument = instruments.load(write(FILES[name], name, encoding))
    first, second, third = instrument.items("en", partner="Ann")
    assert isinstance(first, Likert)
    assert (first.id, first.text, first.measures) == ("ease/1", "I am calm with Ann.", "ease.calm")
    assert (first.low, first.high, first.labels) == (1, 5, {1: "never", 5: "always"})
    assert (second.text, second.reverse, third.reverse) == ("Ann makes me nervous, {really}.", True, False)
    assert instrument.languages == ("en",)
    assert instrument.measures == ("ease", "ease.calm", "ease.flow")
    scores = instrument.score({"ease/1": 5, "ease/2": 2, "ease/3": 9})
    assert scores == pytest.approx({"ease": 4.5, "ease.calm": 4.5, "ease.flow": math.nan}, nan_ok=True)


def test_separators_of_any_country(write):
    text = CSV.replace(",", ";").replace("nervous; ", "nervous, ")
    assert (
        instruments.load(write(text, "ease.csv")).entries == instruments.load(write(CSV, "ease.csv")).entries
    )


def test_path_may_be_text_and_line_ends_those_of_any_system(write):
    path = write(CSV.replace("\n", "\r\n"), "mine.csv")
    assert instruments.load(str(path)).items("en", partner="Ann")[2].id == "mine/3"


def test_a_choice_in_csv(write):
    text = (
        "# title.ja,選択\n# source,own\n# licence,CC0\n"
        "id,text.ja,options.1.measures,options.1.text.ja,options.2.measures,options.2.text.ja\n"
        "1,どちらにしますか。,SD,自分で決める,SE,家にいる\n"
    )
    instrument = instruments.load(write(text, "pick.csv"))
    (item,) = instrument.items("ja")
    assert [(option.id, option.text) for option in item.options] == [
        ("SD", "自分で決める"),
        ("SE", "家にいる"),
    ]
    assert instrument.score({"pick/1": "SE"}) == {"SD": 0, "SE": 1}


def test_a_number_line(write):
    text = TOML.partition("[[check]]")[0].replace("low = 1", 'kind = "number"\nlow = 0.5')
    instrument = instruments.load(write(text))
    item = instrument.items("en", partner="Ann")[0]
    assert isinstance(item, Number)
    assert (item.low, item.high) == (0.5, 5)


FAULTS = {
    "no source": ('source = "Doe (2020)"\n', "", "'source': is required"),
    "no licence": ('licence = "by permission"\n', "", "'licence': is required"),
    "blank licence": ('"by permission"', '" "', "'licence': .*at least 1 character"),
    "unknown field": ("answered =", "answerd =", "'answerd': no field .* Did you mean 'answered'"),
    "unknown item field": ("reverse =", "revers =", "item '2', field 'revers': .*mean 'reverse'"),
    "no scale": ("low = 1\n", "", "'scale.low': is required"),
    "scale upside down": ("high = 5", "high = 0", r"'scale': low \(1\) must be below high \(0\)"),
    "scale between points": ("high = 5", "high = 5.5", "kind = 'number'"),
    "label off the scale": ("5 = \"always\"", "6 = \"always\"", "label 6 .en. lies off the scale"),
    "label twice": ("never", "Always", "same label"),
    "no measure": ('measures = "ease.flow"\n', "", "item '3': a rated item needs `measures`"),
    "bad measure": ('"ease.flow"', '"ease flow"', "item '3', field 'measures'"),
    "no text": ('text.en = "Talk flows."', "", "item '3': a rated item needs `text`"),
    "empty text": ('"Talk flows."', '""', "item '3', field 'text.en'"),
    "no id": ('id = "3"\n', "", "item no. 3, field 'id': is required"),
    "id twice": ('id = "3"', 'id = "1"', "given twice: 1"),
    "undeclared placeholder": ("{partner} makes", "{partnr} makes", "item '2', field 'text': {partnr} is"),
    "open brace": ("flows.", "flows {", "item '3', field 'text.en': .*{{"),
    "clever brace": ("flows.", "flows {partner.x}", "no plain placeholder"),
    "unused placeholder": ('["partner"]', '["partner", "place"]', "{place} is declared, but no text"),
    "half a language": ('"Talk flows."', '"Talk flows."\ntext.ja = "話が弾む。"', "no wording in 'ja'"),
    "half the labels": ("high = 5", 'high = 5\nlabels.ja.1 = "一度もない"', "'scale.labels': worded in"),
    "bad language": ("title.en", "title.english", "'title.english"),
    "wrong key": ("reverse = true", "reverse = false", "check no. 1: 'ease' scores 2.667, not 4"),
    "check off the scale": ("{ 1 = 5,", "{ 1 = 6,", "check no. 1: .*item '1': answer 6.0 is not on"),
    "check of no item": ("{ 1 = 5,", "{ 7 = 5,", "check no. 1: no item .*'ease/7'"),
    "check of no scale": ("{ ease = 4,", "{ eese = 4,", "Did you mean 'ease'"),
    "broken": ("[scale]", "[scale", "no valid TOML"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_its_place(write, fault):
    old, new, message = FAULTS[fault]
    assert TOML.count(old) >= 1
    path = write(TOML.replace(old, new, 1))
    with pytest.raises(UsageError, match=message) as error:
        instruments.load(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "[1]", "no table of fields"),
        ("a.json", "{", "no valid JSON"),
        ("a.json", '{"items": 3}', "'title': is required"),
        ("a.json", '{"items": ["x"]}', "'title': is required .and 3 more"),
        ("a.csv", "", "no header row"),
        ("a.csv", "# title.en,x\nid,text.en\n1,a,b\n", "more cells than the header"),
        ("a.csv", "# title,x\n# title.en,x\nid\n1\n", "contradicts"),
        ("a.csv", 'id,text.en\n1,"a', "no valid CSV"),
    ],
)
def test_a_file_that_is_something_else(write, name, text, message):
    with pytest.raises(UsageError, match=message):
        instruments.load(write(text, name))


def test_a_file_in_another_encoding(write):
    with pytest.raises(UsageError, match="not in UTF-8"):
        instruments.load(write("# title.ja,価値観\n", "a.csv", "shift_jis"))


def test_no_such_file(tmp_path):
    with pytest.raises(UsageError, match=r"gone\.toml: cannot be read \(No such file"):
        instruments.load(tmp_path / "gone.toml")
    with pytest.raises(UsageError, match="is no instrument file"):
        instruments.load(tmp_path / "scale.xlsx")


def test_a_mistyped_name_is_answered_with_the_near_one():
    with pytest.raises(UnknownName, match=r"no instrument named 'portrait-21'\. Did you mean 'portraits-21'"):
        instruments.load("portrait-21")
