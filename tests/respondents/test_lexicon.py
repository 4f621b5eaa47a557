"""The lexicon judge: its cues, what it makes of messages, and that its quality is as told."""

import asyncio
import json
import re
from pathlib import Path

import numpy as np
import pytest

from homophily.analysis._estimators.setwise import jaccard, members
from homophily.asks import Ask, Message
from homophily.errors import UsageError
from homophily.items import NOTHING, Likert, Option, Several, chosen
from homophily.respondents._lexicon.cues import LANGUAGES, lexicon
from homophily.respondents.lexicon import LexiconJudge
from homophily.studies._judging import question
from homophily.values.taxonomy import taxonomy

ROOT = Path(__file__).parents[2]
DATA = ROOT / "benchmarks/data/judge_messages.jsonl"
HONEST, TRUST, PRIVATE = (
    "honest-communication",
    "trust-creation-and-maintenance",
    "privacy-and-confidentiality",
)
ROWS = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]


def judge(message: str, language: str = "en", item: Several | None = None, **settings):
    asked = Ask(
        session="s",
        seat="judge-1",
        path="p",
        item=item or question(taxonomy(), language),
        history=(Message("author", "Message", message),),
    )
    return asyncio.run(LexiconJudge(**settings).answer(asked))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_value_has_cues_that_find_themselves(language: str):
    known = lexicon(language)
    assert known.codes == set(taxonomy().codes)
    cues = [cue for _, cue in known.signs] or [cue for entries in known.words.values() for _, cue in entries]
    for cue in cues:
        written = cue.cue.replace("*", "").replace("~", "so very").replace("…", "あ")
        assert any(found.cue == cue.cue and found.value == cue.value for found in known.find(written)), cue


@pytest.mark.parametrize(
    ("language", "message", "named"),
    [
        ("en", "She lied about it, and that is a betrayal.", {HONEST, TRUST}),
        ("en", "SHE LIED. It’s a breach of confidence!", {HONEST, TRUST, PRIVATE}),
        ("en", "This is not about savings, and I don't care.", set()),
        ("en", "The believer relied on no one.", set()),
        ("en", "He has seven.", set()),
        ("ja", "嘘をついたのですから、信頼は失われます。", {HONEST, TRUST}),
        ("ja", "貯金の問題ではありません。", set()),
        ("ja", "投稿を読みました。", set()),
    ],
)
def test_messages_and_their_values(language: str, message: str, named: set[str]):
    answer = judge(message, language)
    assert set(chosen(answer.value)) == named
    assert set(answer.record.get("cues", {})) == named


def test_no_more_than_the_most_and_the_heaviest_first():
    text = "Trust, betrayal, a lie, the truth, privacy, secrets, the dog, theft, consent, grief, Ramadan."
    item = question(taxonomy(), "en", most=2)
    named = chosen(judge(text, item=item).value)
    assert len(named) == 2
    assert set(named) <= {
        "trust-creation-and-maintenance",
        "honest-communication",
        "privacy-and-confidentiality",
    }


def test_a_higher_threshold_names_fewer():
    for row in ROWS[:40]:
        few, many = (
            set(chosen(judge(row["text"], row["language"], threshold=at, item=None).value)) for at in (4, 2)
        )
        assert len(few) <= len(many)


def test_the_answer_reads_back_and_does_not_depend_on_the_order_shown():
    for row in ROWS[::9]:
        item = question(taxonomy(), row["language"])
        turned = Several(id=item.id, text=item.text, language=item.language, options=item.options[::-1])
        answer = judge(row["text"], row["language"], item)
        assert item.read(answer.raw) == answer.value
        assert judge(row["text"], row["language"], turned).value == answer.value


def test_what_it_cannot_judge_is_said_plainly(tmp_path: Path):
    asked = Ask(session="s", seat="j", path="p", item=Likert(id="trust/1", text="?"))
    with pytest.raises(UsageError, match="only names values"):
        asyncio.run(LexiconJudge().answer(asked))
    with pytest.raises(UsageError, match="no cues for the options"):
        judge("x", item=Several(id="v", text="?", options=(Option("x", "X"),)))
    with pytest.raises(UsageError, match="no lexicon in 'de'"):
        judge("x", item=Several(id="v", text="?", language="de", options=(Option("x", "X"),)))
    bad = tmp_path / "mine.toml"
    bad.write_text("[calm]\nloud = ['x']\n", encoding="utf-8")
    with pytest.raises(UsageError, match="value 'calm' needs lists of cues"):
        judge("x", files={"en": str(bad)})


def test_a_lexicon_of_ones_own_serves_a_list_of_ones_own(tmp_path: Path):
    path = tmp_path / "mine.toml"
    path.write_text('[calm]\nstrong = ["quiet*"]\n', encoding="utf-8")
    item = Several(id="v", text="?", options=(Option("calm", "Calm"), Option("loud", "Loud")))
    assert judge("A quieter life.", item=item, files={"en": str(path)}).value == "calm"
    assert judge("A loud life.", item=item, files={"en": str(path)}).value == NOTHING


def test_the_labelled_messages_are_sound():
    codes = set(taxonomy().codes)
    assert len({row["id"] for row in ROWS}) == len({row["text"] for row in ROWS}) == len(ROWS)
    for language in LANGUAGES:
        part = [row for row in ROWS if row["language"] == language]
        assert len(part) >= 60
        assert {code for row in part for code in row["values"]} == codes
        assert any(not row["values"] for row in part)
    assert all(set(row["values"]) <= codes and len(row["values"]) <= 5 for row in ROWS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_quality_is_as_the_benchmark_prints_it(language: str):
    page = (ROOT / "benchmarks/results/judge_quality.md").read_text(encoding="utf-8")
    for kind in ("model style", "reworded", "seen"):
        part = [row for row in ROWS if row["language"] == language and row["set"] == kind]
        given = [chosen(judge(row["text"], language).value) for row in part]
        codes = taxonomy().codes
        mean = jaccard(members([row["values"] for row in part], codes), members(given, codes)).mean()
        section = page.split(f"## {kind}\n")[1].split("\n## ")[0]
        line = re.search(rf"^\| {language} \| {len(part)} \| lexicon \|.*$", section, re.MULTILINE)[0]
        assert float(line.split("|")[7].split()[0]) == pytest.approx(mean, abs=0.0051)


def test_it_beats_the_most_frequent_values_on_the_style_of_models():
    codes = taxonomy().codes
    for language in LANGUAGES:
        part = [row for row in ROWS if row["language"] == language and row["set"] == "model style"]
        gold = members([row["values"] for row in part], codes)
        common = np.zeros_like(gold)
        common[:, np.argsort(-gold.sum(axis=0))[:2]] = True
        found = members([chosen(judge(row["text"], language).value) for row in part], codes)
        assert jaccard(gold, found).mean() > 2 * jaccard(gold, common).mean()
