"""Loading users' files: columns found or named, bad rows told by line, real data read whole."""

import json
from pathlib import Path

import duckdb
import pytest

from homophily.dilemmas import Cleaning, load
from homophily.errors import DataError, UsageError

SHARED = Path(__file__).parents[3] / "shared/data/dilemmas"
LONG = "I told my neighbour that his dog may not dig in my garden any more. " * 6
RAW = Cleaning.none()


def csv(folder: Path, text: str, name: str = "posts.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_usual_columns_are_found_in_csv(tmp_path: Path):
    path = csv(
        tmp_path,
        "post_id,selftext,title,link_flair_text,score,YTA,NTA,ESH,NAH,INFO\n"
        f'a1,"{LONG}\n\nEDIT: thanks",Dog,Not the A-hole,99,1,7,,0,2\n'
        f'a2,"{LONG}",Dog,UPDATE,99,1,1,1,1,1\n'
        f'a3,"{LONG}",Dog,,7,1,1,1,1,1\n',
    )
    loaded = load(path)
    (dilemma,) = loaded.dilemmas
    assert dilemma.id == "a1"
    assert dilemma.text == {"en": LONG.strip()}
    assert dilemma.title == {"en": "Dog"}
    assert dilemma.votes.count == (1, 7, 0, 0, 2)
    assert dilemma.source == "posts.csv"
    assert loaded.left_out == {"flair UPDATE": 1, "score of 25 or less": 1}


def test_columns_can_be_named_and_replace_what_is_found(tmp_path: Path):
    path = csv(tmp_path, "text,story,en_text,v\nno,ja語の話,yes,1\n")
    named = {"text": "story", "verdict": "v"}
    (dilemma,) = load(path, columns=named, language="ja", verdicts={"1": "ESH"}, cleaning=RAW).dilemmas
    assert dilemma.text == {"ja": "ja語の話"}
    assert dilemma.verdict == "ESH"
    assert dilemma.id == "posts-2"


def test_texts_in_several_languages_are_one_dilemma(tmp_path: Path):
    path = csv(tmp_path, "id,text.en,text.ja,title.ja\n1,Hello there,こんにちは,挨拶\n2,Only English,,\n")
    first, second = load(path, cleaning=RAW).dilemmas
    assert first.text == {"en": "Hello there", "ja": "こんにちは"}
    assert first.title == {"ja": "挨拶"}
    assert second.text == {"en": "Only English"}


def test_a_language_column_says_the_language(tmp_path: Path):
    path = csv(tmp_path, "id,text,lang\n1,Hello,en\n2,こんにちは,ja\n")
    assert [set(d.text) for d in load(path, cleaning=RAW).dilemmas] == [{"en"}, {"ja"}]


@pytest.mark.parametrize(
    "votes", ['{"AUTHOR": 1, "OTHER": 2, "INFO": 3}', "[1, 2, 0, 0, 3]", '{"YTA": 1, "NTA": 2, "INFO": 3}']
)
def test_votes_come_as_json_in_a_column(tmp_path: Path, votes: str):
    rows = [{"id": 1, "text": "x", "label_scores": json.loads(votes), "label": "AUTHOR"}]
    path = csv(tmp_path, "\n".join(map(json.dumps, rows)), "anecdotes.jsonl")
    (dilemma,) = load(path, cleaning=RAW).dilemmas
    assert dilemma.votes.count == (1, 2, 0, 0, 3)
    assert dilemma.verdict == "YTA"
    quoted = csv(tmp_path, f'id,text,votes\n1,x,"{votes.replace(chr(34), chr(34) * 2)}"\n')
    assert load(quoted, cleaning=RAW).dilemmas[0].votes == dilemma.votes


def test_scores_beside_votes(tmp_path: Path):
    path = csv(tmp_path, "id,text,YTA,NTA,scores.YTA,scores.NTA\n1,x,2,3,-5,40\n")
    (dilemma,) = load(path, cleaning=RAW).dilemmas
    assert dilemma.votes.score == (-5, 40, 0, 0, 0)


def test_parquet_is_read(tmp_path: Path):
    path = tmp_path / "posts.parquet"
    duckdb.sql(
        f"COPY (SELECT i AS id, '{LONG}' AS text, [i, 2, 0, 0, 1] AS votes FROM range(3) t(i)) TO '{path}'"
    )
    loaded = load(path)
    assert [d.id for d in loaded.dilemmas] == ["0", "1", "2"]
    assert loaded.dilemmas[2].votes.count == (2, 2, 0, 0, 1)


BAD = {
    "line 3: the text is empty": "id,text\n1,x\n2,\n",
    "line 3: 3 cells under 2 column names": "id,text\n1,x\n2,y,z\n",
    "line 4: the id '1' was given at line 2": 'id,text\n1,"x\ny"\n1,z\n',
    "line 2: 'maybe' is no verdict": "id,text,verdict\n1,x,maybe\n",
    "line 2: 'many' is no number of votes": "id,text,YTA\n1,x,many\n",
    "line 2: -3.0 is no number of votes": "id,text,YTA\n1,x,-3\n",
    "line 2: '{' is no JSON of votes": "id,text,votes\n1,x,{\n",
    "line 2: 'high' is no score": "id,text,score\n1,x,high\n",
}


@pytest.mark.parametrize(("fault", "text"), BAD.items(), ids=list(BAD))
def test_a_bad_row_stops_with_its_line_or_is_skipped_and_counted(tmp_path: Path, fault: str, text: str):
    path = csv(tmp_path, text)
    with pytest.raises(DataError) as caught:
        load(path, cleaning=RAW)
    assert f"{path}, {fault}" in str(caught.value)
    loaded = load(path, cleaning=RAW, skip_bad=True)
    assert len(loaded.bad) == 1
    assert loaded.bad[0].startswith(fault)
    assert len(loaded.dilemmas) == text.count("\n") - 2 - text.count('"') // 2


def test_the_first_of_several_usual_columns_is_taken_and_a_skipped_row_leaves_its_id_free(tmp_path: Path):
    path = csv(tmp_path, "body,text,selftext,id\nno,,no,1\nno,yes,no,1\n")
    loaded = load(path, cleaning=RAW, skip_bad=True)
    assert [d.text for d in loaded.dilemmas] == [{"en": "yes"}]
    assert loaded.bad == ("line 2: the text is empty",)


def test_bad_json_lines_are_told_by_line(tmp_path: Path):
    path = csv(tmp_path, '{"id": 1, "text": "x"}\n\n{"id": 2, "text": \n[1, 2]\n7\n', "posts.jsonl")
    with pytest.raises(DataError, match="line 3: no valid JSON"):
        load(path, cleaning=RAW)
    loaded = load(path, cleaning=RAW, skip_bad=True)
    assert [fault.split(":")[0] for fault in loaded.bad] == ["line 3", "line 4", "line 5"]
    assert len(loaded.dilemmas) == 1


@pytest.mark.parametrize(
    ("kind", "name", "text", "said"),
    [
        (UsageError, "posts.csv", "id,story\n1,x\n", "no column with the text"),
        (UsageError, "posts.xls", "x", "cannot be read; use .csv"),
        (DataError, "posts.csv", "", "no first line with column names"),
        (DataError, "posts.csv", "id,id\n1,2\n", "more than one column named 'id'"),
        (DataError, "posts.json", "{}", "holds no list"),
        (DataError, "posts.json", "[", "no valid JSON"),
        (DataError, "posts.parquet", "x", "cannot be read as Parquet"),
        (DataError, "posts.toml", "[[dilemma]]\nid='a'\n", "dilemma 'a', field 'text': is required"),
        (
            DataError,
            "posts.toml",
            "[[dilemma]]\nid='a'\ntext.en='x'\ninvite='YTA'\n",
            "'invite': is not known",
        ),
        (DataError, "posts.toml", "[[dilemma]]\nid='a'\ntext.en='x'\n" * 2, "the id 'a' is given to more"),
    ],
)
def test_files_that_do_not_fit_are_told_in_one_line(
    tmp_path: Path, kind: type, name: str, text: str, said: str
):
    with pytest.raises(kind) as caught:
        load(csv(tmp_path, text, name))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_wrong_words_suggest_the_right_ones(tmp_path: Path):
    path = csv(tmp_path, "id,story\n1,x\n")
    with pytest.raises(UsageError, match="Did you mean 'story'"):
        load(path, columns={"text": "stroy"})
    with pytest.raises(UsageError, match="Did you mean 'title'"):
        load(path, columns={"titel": "story"})
    with pytest.raises(UsageError, match="no verdict named 'NTS'"):
        load(path, columns={"votes.NTS": "story"})


def test_a_file_in_the_shipped_form_is_read_and_not_cleaned(tmp_path: Path):
    path = csv(tmp_path, "[[dilemma]]\nid='a'\ntext.en='Short.'\nvotes={NTA=3}\nvalues=['x']\n", "my.toml")
    (dilemma,) = load(path).dilemmas
    assert (dilemma.text, dilemma.votes.plurality, dilemma.values) == ({"en": "Short."}, "NTA", ("x",))


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"needs the real data in {SHARED}")
def test_real_posts_load_whole():
    path = SHARED / "aita_847.csv"
    loaded = load(path)
    assert len(loaded.dilemmas) + sum(loaded.left_out.values()) == 847
    assert len(loaded.dilemmas) >= 840
    verdicts = [d.verdict for d in load(path, cleaning=RAW).dilemmas]
    assert (verdicts.count("YTA"), verdicts.count("NTA")) == (454, 393)
    assert all("en" in d.text for d in loaded.dilemmas)
    assert sum("zh" in d.text for d in loaded.dilemmas) == 824  # the file lacks the others
    everyday = load(SHARED / "daily_dilemmas_dilemma.csv", cleaning=RAW)
    assert len(everyday.dilemmas) == 1360
    votes = load(SHARED / "scruples_dev_anecdotes_label_counts.json", votes_only=True)
    assert len(votes.dilemmas) == 2500
