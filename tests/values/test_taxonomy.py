"""The taxonomy of values: whole, bilingual, with near neighbours set apart; a file of one's own."""

import re
from pathlib import Path

import pytest

from homophily.errors import UnknownName, UsageError
from homophily.values import reference
from homophily.values.taxonomy import taxonomies, taxonomy

SHIPPED = taxonomy()
REAL = Path(__file__).parents[3] / "shared/data/dilemmas/values48_names.txt"
MINE = """
title.en = "Two"
[groups]
a = { en = "A" }
[[values]]
code = "calm"
published = "Calm"
group = "a"
sense.en = "Quiet."
[[values]]
code = "fun"
published = "Fun"
group = "a"
ja = "楽しさ"
sense.ja = "遊び。"
"""


def test_there_are_48_values_in_22_groups():
    assert taxonomies() == ["values-48"]
    assert len(SHIPPED.codes) == len(set(SHIPPED.codes)) == 48
    assert len(SHIPPED.groups) == len(set(SHIPPED.group_of.values())) == 22


@pytest.mark.skipif(not REAL.is_file(), reason=f"needs the published names in {REAL}")
def test_names_are_the_published_ones_and_codes_follow_from_them():
    names = [name for name in dict.fromkeys(REAL.read_text(encoding="utf-8").splitlines()) if name]
    assert [entry.published for entry in SHIPPED.values] == names


@pytest.mark.parametrize("entry", SHIPPED.values, ids=lambda entry: entry.code)
def test_every_value_is_named_and_defined_in_both_languages(entry):
    assert entry.code == re.sub(r"[^a-z]+", "-", entry.published.lower())
    assert re.search(r"[ぁ-んァ-ヶ一-龠]", entry.name("ja"))
    assert not re.search(r"[,、,;；:：]", entry.name("en") + entry.name("ja"))  # they are read from lists
    assert 8 <= len(entry.definition("en").split()) <= 45
    assert 20 <= len(entry.definition("ja")) <= 110
    assert entry.definition("ja").endswith("。")
    assert entry.definition("fr") == entry.definition("en")


def test_names_and_definitions_are_told_apart():
    for language in ("en", "ja"):
        assert len({entry.name(language) for entry in SHIPPED.values}) == 48
        assert len({entry.definition(language) for entry in SHIPPED.values}) == 48


def test_a_file_of_ones_own_is_read(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text(MINE, encoding="utf-8")
    mine = taxonomy(path)
    assert mine.codes == ("calm", "fun")
    assert mine.entry("calm").name("ja") == "Calm"
    assert mine.entry("fun").definition("en") == "遊び。"
    with pytest.raises(UnknownName, match="Did you mean 'calm'"):
        mine.entry("clam")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('code = "fun"', 'code = "calm"', "code 'calm' is given to more than one"),
        ('code = "fun"', 'code = "none"', "'none' is kept"),
        ('code = "fun"', 'code = "Fun Times"', "value 'Fun Times', field 'code'"),
        ('group = "a"\nja', 'group = "b"\nja', "value 'fun': no group named 'b'"),
        ('published = "Fun"\n', "", "value 'fun', field 'published': is required"),
        ('ja = "楽しさ"', 'jp = "楽しさ"', "value 'fun', field 'jp': is not known"),
        ("[groups]", "[groups", "no valid TOML"),
    ],
)
def test_faults_are_told_with_file_value_and_field(tmp_path: Path, old: str, new: str, said: str):
    path = tmp_path / "mine.toml"
    path.write_text(MINE.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        taxonomy(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value).replace(str(path), "")


def test_names_that_are_no_taxonomy_are_refused():
    with pytest.raises(UnknownName, match="Did you mean 'values-48'"):
        taxonomy("value-48")
    with pytest.raises(UsageError, match=r"use \.toml"):
        taxonomy(Path("mine.json"))
    with pytest.raises(UsageError, match="cannot be read"):
        taxonomy("nowhere.toml")


def test_the_reference_page_is_written_from_the_data():
    page = Path(__file__).parents[2] / "docs/reference/value-taxonomy.md"
    assert page.read_text(encoding="utf-8") == reference.page()
