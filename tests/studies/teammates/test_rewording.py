"""Wordings of a model: checked, logged, reviewed, and only then used."""

import asyncio

import pytest

from homophily.errors import UnknownName, UsageError
from homophily.studies.teammates.design import TeammatesDesign
from homophily.studies.teammates.reviewed import Reviewed, Wording, accepted, read, shipped, write
from homophily.studies.teammates.rewording import faults, prompt, reword
from homophily.studies.teammates.texts import LANGUAGES, texts
from tests.studies.recording import Recorder

KEY = "en/SE.entry.0"
GOOD = "There would be thick walls on both sides of us, and nobody need come to any harm."


def made(script, keys=(KEY,), language="en"):
    logged, told = [], []
    recorder = Recorder(script)
    found = asyncio.run(reword(recorder, texts(language), keys, log=logged.append, tell=told.append))
    return found, logged, told, recorder.asks


def test_a_model_is_told_the_rules_and_its_answer_is_checked_and_logged():
    found, logged, told, asks = made(lambda ask: f"“{GOOD}”")
    assert found == told == [Wording(key=KEY, was=texts("en").say["SE", "entry"][0], text=GOOD)]
    (ask,) = asks
    assert texts("en").say["SE", "entry"][0] in ask.item.text
    assert "Security" in ask.item.text  # among the words not to use
    assert logged[0]["prompt"] == ask.item.text
    assert logged[0]["answer"] == f"“{GOOD}”"


def test_no_answer_makes_no_wording_but_is_logged():
    found, logged, _, _ = made(lambda ask: None)
    assert found == []
    assert logged[0]["missing"] == "refusal"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Too short.", "length 2"),
        (GOOD.replace("thick walls", "Security"), "names a value: Security"),
        (texts("en").say["SE", "entry"][0], "the same"),
        (texts("en").say["SE", "entry"][1], "the same"),
        (GOOD.replace("walls", "guns"), "weapons"),
        (GOOD.replace("walls", "{walls}"), "braces"),
        (GOOD[:-1], "does not end"),
        ("ずっとしっかりした壁に守られて進めます。", "another language"),
    ],
)
def test_faults_are_found(text, said):
    known = shipped(texts("en"))
    found = faults(text, known[KEY], [other for name, other in known.items() if name != KEY], "en")
    assert any(fault.startswith(said) or said in fault for fault in found)


def test_the_shipped_reasons_would_pass_but_for_being_shipped():
    for language in LANGUAGES:
        for text in shipped(texts(language)).values():
            assert faults(text, text, [], language) == ("the same as another wording",)


def test_every_reason_can_be_asked_for():
    for language in LANGUAGES:
        said = texts(language)
        for name, text in shipped(said).items():
            assert text in prompt(said, name, text)


def test_a_file_is_read_back_as_written(tmp_path):
    wordings = (
        Wording(key=KEY, was='A "quoted" \\ text.', text=GOOD, status="accepted", faults=("one", "two")),
        Wording(key="ja/SE.entry.why", was="壁", text="丈夫な壁があります。"),
    )
    found = Reviewed(
        model="chat m", parameters={"temperature": 0.7, "seed": 3, "merge": True}, wording=wordings
    )
    write(tmp_path / "words.toml", found)
    assert read(tmp_path / "words.toml") == found
    assert accepted(tmp_path / "words.toml") == {KEY: GOOD}


def test_only_accepted_texts_reach_a_design_and_stay_in_its_record(tmp_path):
    path = tmp_path / "words.toml"
    open_, done = (Wording(key=KEY, was="x", text=GOOD, status=status) for status in ("open", "accepted"))
    write(path, Reviewed(wording=(open_,)))
    with pytest.raises(UsageError, match="no accepted text"):
        TeammatesDesign(texts=str(path))
    write(path, Reviewed(wording=(done,)))
    design = TeammatesDesign(texts=str(path))
    assert design.reviewed == {KEY: GOOD}
    assert texts("en", design.reviewed).say["SE", "entry"][0] == GOOD
    path.unlink()
    assert TeammatesDesign.model_validate(design.model_dump()).reviewed == {KEY: GOOD}


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        ("not = [toml", UsageError, "no TOML"),
        ("other = 1", UsageError, "other"),
        ('[[wording]]\nkey = "en/SE.nowhere.0"\nwas = "x"\ntext = "y"', UnknownName, "nowhere"),
        ('[[wording]]\nkey = "en/SE.entry.0"\nwas = "x"\ntext = " "', UsageError, "text"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, content, error, said):
    path = tmp_path / "words.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(error, match=said):
        read(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read(tmp_path / "none.toml")
